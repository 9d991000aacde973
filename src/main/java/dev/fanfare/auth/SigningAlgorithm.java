package dev.fanfare.auth;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The algorithms that a token may be signed by (RFC 7518, section 3.1; RFC 8037, section 3.1): the usual one of each kind of key comes first. */
enum SigningAlgorithm {
    HS256("HS256", KeyKind.SECRET, "HmacSHA256"),
    HS384("HS384", KeyKind.SECRET, "HmacSHA384"),
    HS512("HS512", KeyKind.SECRET, "HmacSHA512"),
    RS256("RS256", KeyKind.RSA, "SHA256withRSA"),
    RS384("RS384", KeyKind.RSA, "SHA384withRSA"),
    RS512("RS512", KeyKind.RSA, "SHA512withRSA"),
    PS256("PS256", KeyKind.RSA, "RSASSA-PSS", 256),
    PS384("PS384", KeyKind.RSA, "RSASSA-PSS", 384),
    PS512("PS512", KeyKind.RSA, "RSASSA-PSS", 512),
    ES256("ES256", KeyKind.P_256, "SHA256withECDSAinP1363Format"),
    ES384("ES384", KeyKind.P_384, "SHA384withECDSAinP1363Format"),
    ES512("ES512", KeyKind.P_521, "SHA512withECDSAinP1363Format"),
    EDDSA("EdDSA", KeyKind.ED25519, "Ed25519");

    private final String word;
    private final KeyKind kind;
    private final String implementation;
    private final int pssBits;

    SigningAlgorithm(String word, KeyKind kind, String implementation) {
        this(word, kind, implementation, 0);
    }

    /** @param pssBits the size of the hash, which RSASSA-PSS has to be told; else 0 */
    SigningAlgorithm(String word, KeyKind kind, String implementation, int pssBits) {
        this.word = word;
        this.kind = kind;
        this.implementation = implementation;
        this.pssBits = pssBits;
    }

    /** The algorithm that {@code alg} names, to the letter; null where there is none. */
    static @Nullable SigningAlgorithm of(String word) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.word.equals(word))
                .findFirst()
                .orElse(null);
    }

    /** What is usual for a public or a private key; null where nothing is for it. */
    static @Nullable SigningAlgorithm usualFor(Key key) throws GeneralSecurityException {
        KeyKind kind = KeyKind.of(key);
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.kind == kind)
                .findFirst()
                .orElse(null);
    }

    boolean isFor(Key key) throws GeneralSecurityException {
        return kind == KeyKind.of(key);
    }

    /** What the JDK calls it. */
    String implementation() {
        return implementation;
    }

    /** What verifies signatures, one at a time. */
    Signature verifier(PublicKey key) throws GeneralSecurityException {
        Signature verifier = signature();
        verifier.initVerify(key);
        return verifier;
    }

    /** What makes signatures, one at a time. */
    Signature signer(PrivateKey key) throws GeneralSecurityException {
        Signature signer = signature();
        signer.initSign(key);
        return signer;
    }

    private Signature signature() throws GeneralSecurityException {
        Signature signature = Signature.getInstance(implementation);
        if (pssBits > 0) {
            String hash = "SHA-" + pssBits;
            signature.setParameter(new PSSParameterSpec(
                    hash, "MGF1", new MGF1ParameterSpec(hash), pssBits / Byte.SIZE, PSSParameterSpec.TRAILER_FIELD_BC));
        }
        return signature;
    }

    /** Whether it is for a secret that both sides know. */
    boolean isForSecrets() {
        return kind == KeyKind.SECRET;
    }

    /** The word in {@code alg}. */
    @Override
    public String toString() {
        return word;
    }
}
