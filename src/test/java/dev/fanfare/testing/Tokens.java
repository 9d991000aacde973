package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Who issues JSON Web Tokens: one key, and any header and claims at all, right or wrong.
 *
 * @param algorithm by which it signs, as {@code alg} has it
 * @param keyId what {@code kid} says, or null
 * @param pair the keys, or null where there is a secret
 * @param secret or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Tokens(
        String algorithm, @Nullable String keyId, @Nullable KeyPair pair, byte @Nullable [] secret) {
    /** Signs with a secret. */
    public static Tokens secret(String algorithm, byte[] secret) {
        return new Tokens(algorithm, null, null, secret);
    }

    public static Tokens secret(String algorithm, String secret) {
        return secret(algorithm, secret.getBytes(UTF_8));
    }

    /** Signs with a new key, of the size that is usual for the algorithm. */
    public static Tokens generate(String algorithm) {
        return switch (algorithm) {
            case "ES256" -> elliptic(algorithm, "secp256r1");
            case "ES384" -> elliptic(algorithm, "secp384r1");
            case "ES512" -> elliptic(algorithm, "secp521r1");
            case "EdDSA" -> of(algorithm, generator("Ed25519"));
            default -> rsa(algorithm, 2048);
        };
    }

    public static Tokens rsa(String algorithm, int bits) {
        KeyPairGenerator generator = generator("RSA");
        generator.initialize(bits);
        return of(algorithm, generator);
    }

    private static Tokens elliptic(String algorithm, String curve) {
        try {
            KeyPairGenerator generator = generator("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return of(algorithm, generator);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPairGenerator generator(String kind) {
        try {
            return KeyPairGenerator.getInstance(kind);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Tokens of(String algorithm, KeyPairGenerator generator) {
        return new Tokens(algorithm, null, generator.generateKeyPair(), null);
    }

    /** The same key by another name. */
    public Tokens called(String id) {
        return new Tokens(algorithm, id, pair, secret);
    }

    /** The same key with another algorithm. */
    public Tokens by(String other) {
        return new Tokens(other, keyId, pair, secret);
    }

    /** Claims that hold for an hour, with these members beside the expiry, such as {@code "sub":"ann"}. */
    public static String claims(String... members) {
        String expiry = "\"exp\":" + Instant.now().plusSeconds(3600).getEpochSecond();
        return "{" + expiry + (members.length == 0 ? "" : "," + String.join(",", members)) + "}";
    }

    /** The header of an honest token. */
    public String header() {
        return "{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"" + (keyId == null ? "" : ",\"kid\":\"" + keyId + "\"")
                + "}";
    }

    /** An honest token. */
    public String sign(String claims) {
        return sign(header(), claims);
    }

    /** A token with any header, signed by the algorithm of this key, whatever the header says. */
    public String sign(String header, String claims) {
        String input = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
        return input + "." + base64(signature(input.getBytes(UTF_8)));
    }

    private byte[] signature(byte[] input) {
        try {
            if (secret != null) {
                String mac = "HmacSHA" + algorithm.substring(2);
                Mac signing = Mac.getInstance(mac);
                signing.init(new SecretKeySpec(secret, mac));
                return signing.doFinal(input);
            }
            Signature signing = signature();
            signing.initSign(Objects.requireNonNull(pair).getPrivate());
            signing.update(input);
            return signing.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private Signature signature() throws GeneralSecurityException {
        String bits = algorithm.substring(2);
        return switch (algorithm.substring(0, 2)) {
            case "RS" -> Signature.getInstance("SHA" + bits + "withRSA");
            case "ES" -> Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
            case "PS" -> {
                Signature signing = Signature.getInstance("RSASSA-PSS");
                String hash = "SHA-" + bits;
                signing.setParameter(
                        new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), Integer.parseInt(bits) / 8, 1));
                yield signing;
            }
            default -> Signature.getInstance("Ed25519");
        };
    }

    /** The public half. */
    public PublicKey publicKey() {
        return Objects.requireNonNull(pair).getPublic();
    }

    /** The public half as PEM. */
    public String pem() {
        return pem("PUBLIC KEY", publicKey().getEncoded());
    }

    /** Any block of PEM. */
    public static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + label
                + "-----\n";
    }

    /** The public half as a PEM file. */
    public Path pemFile(Path folder) {
        try {
            return Files.writeString(Files.createTempFile(folder, "public", ".pem"), pem());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The public half as a JSON Web Key, which names its algorithm. */
    public String jwk() {
        return jwk("\"use\":\"sig\",\"alg\":\"" + algorithm + "\"");
    }

    /** The public half as a JSON Web Key with these members beside those of the key and its id. */
    public String jwk(String... members) {
        String all = keyMembers() + (keyId == null ? "" : ",\"kid\":\"" + keyId + "\"");
        return "{" + all + (members.length == 0 ? "" : "," + String.join(",", members)) + "}";
    }

    private String keyMembers() {
        PublicKey key = publicKey();
        if (key instanceof RSAPublicKey rsa) {
            return "\"kty\":\"RSA\",\"n\":\"" + number(rsa.getModulus(), 0) + "\",\"e\":\""
                    + number(rsa.getPublicExponent(), 0) + "\"";
        }
        if (key instanceof ECPublicKey elliptic) {
            int bits = elliptic.getParams().getCurve().getField().getFieldSize();
            int bytes = (bits + 7) / 8;
            return "\"kty\":\"EC\",\"crv\":\"P-" + bits + "\",\"x\":\""
                    + number(elliptic.getW().getAffineX(), bytes) + "\",\"y\":\""
                    + number(elliptic.getW().getAffineY(), bytes) + "\"";
        }
        byte[] encoded = key.getEncoded();
        byte[] last = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        return "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + base64(last) + "\"";
    }

    /** An unsigned number, of {@code length} bytes at least. */
    private static String number(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] bare = bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
        byte[] padded = new byte[Math.max(length, bare.length)];
        System.arraycopy(bare, 0, padded, padded.length - bare.length, bare.length);
        return base64(padded);
    }

    /** A key set of these keys. */
    public static String keySet(String... jwks) {
        return "{\"keys\":[" + String.join(",", jwks) + "]}";
    }

    /** Base64url without padding. */
    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public static String base64(String text) {
        return base64(text.getBytes(UTF_8));
    }
}
