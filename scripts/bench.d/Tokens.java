import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes keys that are used once, and a token with each: {@code java Tokens.java DIRECTORY}. There are then {@code ALG.token}, an hour long, and
 * {@code ALG.pem} with the public key, or {@code HS256.secret}.
 */
class Tokens {
    private static final Map<String, String> KINDS =
            Map.of("RS256", "RSA", "PS256", "RSA", "ES256", "EC", "EdDSA", "Ed25519");
    private static final Map<String, Integer> SIZES = Map.of("RS256", 2048, "PS256", 2048, "ES256", 256);

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        for (String algorithm : KINDS.keySet()) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(KINDS.get(algorithm));
            if (SIZES.containsKey(algorithm)) {
                generator.initialize(SIZES.get(algorithm));
            }
            KeyPair keys = generator.generateKeyPair();
            String pem = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(keys.getPublic().getEncoded());
            Files.writeString(
                    directory.resolve(algorithm + ".pem"),
                    "-----BEGIN PUBLIC KEY-----\n" + pem + "\n-----END PUBLIC KEY-----\n");
            String content = content(algorithm);
            write(directory, algorithm, content, sign(algorithm, keys.getPrivate(), content.getBytes(StandardCharsets.US_ASCII)));
        }
        byte[] random = new byte[32];
        new java.security.SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        Files.writeString(directory.resolve("HS256.secret"), secret);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        String content = content("HS256");
        write(directory, "HS256", content, mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
    }

    /** What is signed: a header, and claims as issuers make them. */
    private static String content(String algorithm) {
        String claims = "{\"iss\":\"https://login.example.org\",\"aud\":\"fanfare\",\"sub\":\"0194c2a1-user\",\"iat\":%1$d,\"exp\":%2$d,"
                + "\"channels\":[\"room:7:*\",\"news:*\"],\"publish\":[\"room:7:chat\"]}";
        long now = Instant.now().getEpochSecond();
        return base64(("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}").getBytes(StandardCharsets.US_ASCII))
                + '.'
                + base64(claims.formatted(now, now + 3600).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] sign(String algorithm, PrivateKey key, byte[] content) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(
                switch (algorithm) {
                    case "RS256" -> "SHA256withRSA";
                    case "PS256" -> "RSASSA-PSS";
                    case "ES256" -> "SHA256withECDSAinP1363Format";
                    default -> "Ed25519";
                });
        if (algorithm.equals("PS256")) {
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        }
        signature.initSign(key);
        signature.update(content);
        return signature.sign();
    }

    private static void write(Path directory, String algorithm, String content, byte[] signature) throws Exception {
        Files.writeString(directory.resolve(algorithm + ".token"), content + '.' + base64(signature));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
