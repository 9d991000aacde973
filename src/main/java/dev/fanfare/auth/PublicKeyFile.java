package dev.fanfare.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A PEM file (RFC 7468, section 13) with one public key. */
final class PublicKeyFile {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final int LARGEST = 64 * 1024;

    private PublicKeyFile() {}

    static PublicKey read(Path file) throws UnusableKeyException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new UnusableKeyException("is no PEM file with a public key");
            }
            return parse(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UnusableKeyException("can't be read");
        }
    }

    private static PublicKey parse(String pem) throws UnusableKeyException {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new UnusableKeyException("is no PEM file with a public key");
        }
        if (!block.group(1).equals("PUBLIC KEY")) {
            throw new UnusableKeyException("holds a " + block.group(1)
                    + " where a PUBLIC KEY is needed: openssl has them made by pkey -pubout and x509 -pubkey");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(block.group(2));
            if (block.find()) {
                throw new UnusableKeyException("holds more than one key");
            }
            return decode(new X509EncodedKeySpec(encoded));
        } catch (IllegalArgumentException e) {
            throw new UnusableKeyException("is no valid PEM file");
        }
    }

    private static PublicKey decode(X509EncodedKeySpec encoded) throws UnusableKeyException {
        for (String kind : new String[] {"RSA", "EC", "Ed25519"}) {
            try {
                return KeyFactory.getInstance(kind).generatePublic(encoded);
            } catch (InvalidKeySpecException e) {
                // Another kind, then.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has " + kind, e);
            }
        }
        throw new UnusableKeyException("holds a key that is neither RSA, P-256, P-384, P-521 nor Ed25519");
    }
}
