package dev.fanfare.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.EncodedKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A PEM file (RFC 7468, sections 10 and 13) with one key. */
final class PemFile {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final int LARGEST = 64 * 1024;

    /** How a key is made of its specification. */
    private interface Generator<K extends Key> {
        K generate(KeyFactory factory) throws GeneralSecurityException;
    }

    private PemFile() {}

    static PublicKey readPublicKey(Path file) throws UnusableKeyException {
        byte[] encoded = read(file, "PUBLIC KEY", "openssl has them made by pkey -pubout and x509 -pubkey");
        EncodedKeySpec key = new X509EncodedKeySpec(encoded);
        return decode(factory -> factory.generatePublic(key));
    }

    static PrivateKey readPrivateKey(Path file) throws UnusableKeyException {
        byte[] encoded = read(file, "PRIVATE KEY", "openssl makes one of any other by pkey");
        EncodedKeySpec key = new PKCS8EncodedKeySpec(encoded);
        return decode(factory -> factory.generatePrivate(key));
    }

    private static byte[] read(Path file, String wanted, String advice) throws UnusableKeyException {
        String what = "is no PEM file with a " + (wanted.equals("PUBLIC KEY") ? "public" : "private") + " key";
        try {
            if (Files.size(file) > LARGEST) {
                throw new UnusableKeyException(what);
            }
            String pem = Files.readString(file, StandardCharsets.ISO_8859_1);
            Matcher block = BLOCK.matcher(pem);
            if (!block.find()) {
                throw new UnusableKeyException(what);
            }
            if (!block.group(1).equals(wanted)) {
                throw new UnusableKeyException(
                        "holds a " + block.group(1) + " where a " + wanted + " is needed: " + advice);
            }
            byte[] encoded = Base64.getMimeDecoder().decode(block.group(2));
            if (block.find()) {
                throw new UnusableKeyException("holds more than one key");
            }
            return encoded;
        } catch (IOException e) {
            throw new UnusableKeyException("can't be read");
        } catch (IllegalArgumentException e) {
            throw new UnusableKeyException("is no valid PEM file");
        }
    }

    private static <K extends Key> K decode(Generator<K> generator) throws UnusableKeyException {
        for (String kind : new String[] {"RSA", "EC", "Ed25519"}) {
            try {
                return generator.generate(KeyFactory.getInstance(kind));
            } catch (InvalidKeySpecException e) {
                // Another kind, then.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has " + kind, e);
            }
        }
        throw new UnusableKeyException("holds a key that is neither RSA, P-256, P-384, P-521 nor Ed25519");
    }
}
