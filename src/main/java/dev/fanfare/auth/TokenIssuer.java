package dev.fanfare.auth;

import dev.fanfare.config.Auth.Jwt;
import dev.fanfare.config.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Who signs JSON Web Tokens: the other half of what verifies them, for development and for tests. */
public final class TokenIssuer {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final SigningAlgorithm algorithm;
    private final Signer signer;

    /** How a token is signed. */
    private interface Signer {
        byte[] sign(byte[] input) throws GeneralSecurityException;
    }

    private TokenIssuer(SigningAlgorithm algorithm, Signer signer) {
        this.algorithm = algorithm;
        this.signer = signer;
    }

    /**
     * One that signs with a secret.
     *
     * @param algorithm as {@code auth.jwt.algorithm}; null is HS256
     * @throws ConfigurationException where the secret is too short, or the algorithm is for another kind of key
     */
    public static TokenIssuer withSecret(String secret, @Nullable String algorithm) {
        byte[] key = secret.getBytes(StandardCharsets.UTF_8);
        if (key.length < Jwt.LEAST_SECRET) {
            throw new ConfigurationException(
                    "the secret is shorter than " + Jwt.LEAST_SECRET + " bytes (RFC 7518, section 3.2)");
        }
        SigningAlgorithm its = algorithm == null ? SigningAlgorithm.HS256 : named(algorithm);
        if (!its.isForSecrets()) {
            throw new ConfigurationException(its + " is not for secrets");
        }
        return new TokenIssuer(its, input -> {
            Mac mac = Mac.getInstance(its.implementation());
            mac.init(new SecretKeySpec(key, its.implementation()));
            return mac.doFinal(input);
        });
    }

    /**
     * One that signs with a private key (PKCS#8, in PEM).
     *
     * @param algorithm as {@code auth.jwt.algorithm}; null is what is usual for the key
     * @throws ConfigurationException where the file can't be used, or the algorithm is for another kind of key
     */
    public static TokenIssuer withKey(Path file, @Nullable String algorithm) {
        try {
            PrivateKey key = PemFile.readPrivateKey(file);
            SigningAlgorithm its = algorithm == null ? SigningAlgorithm.usualFor(key) : named(algorithm);
            if (its == null || !its.isFor(key)) {
                throw new ConfigurationException("'" + file + "' holds a key that "
                        + (its == null ? "no algorithm is for" : its + " is not for"));
            }
            return new TokenIssuer(its, input -> {
                Signature signature = its.signer(key);
                signature.update(input);
                return signature.sign();
            });
        } catch (UnusableKeyException e) {
            throw new ConfigurationException("'" + file + "' " + e.getMessage());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key was read", e);
        }
    }

    private static SigningAlgorithm named(String word) {
        SigningAlgorithm algorithm = SigningAlgorithm.of(word);
        if (algorithm == null) {
            throw new ConfigurationException("there is no algorithm '" + word + "'");
        }
        return algorithm;
    }

    /** A token with these claims, which are a JSON object. */
    public String sign(String claims) {
        String input = encode("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}") + "." + encode(claims);
        try {
            return input + "." + BASE64.encodeToString(signer.sign(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException("the key can't sign: " + e.getMessage());
        }
    }

    private static String encode(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
