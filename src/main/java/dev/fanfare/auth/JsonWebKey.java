package dev.fanfare.auth;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One key of a set, as JSON (RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2). */
final class JsonWebKey {
    /** What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410, section 4). */
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final Map<?, ?> members;

    private JsonWebKey(Map<?, ?> members) {
        this.members = members;
    }

    /**
     * The key that signatures are verified with.
     *
     * @param usual its algorithm where it names none itself; null: what is usual for its kind
     */
    static VerificationKey parse(Map<?, ?> members, @Nullable SigningAlgorithm usual) throws UnusableKeyException {
        return new JsonWebKey(members).key(usual);
    }

    private VerificationKey key(@Nullable SigningAlgorithm usual) throws UnusableKeyException {
        String use = text("use");
        if (use != null && !use.equals("sig")) {
            throw new UnusableKeyException("is not for signatures");
        }
        Object operations = members.get("key_ops");
        if (operations != null && !(operations instanceof List<?> list && list.contains("verify"))) {
            throw new UnusableKeyException("is not for verification");
        }
        String named = text("alg");
        SigningAlgorithm algorithm = named == null ? usual : SigningAlgorithm.of(named);
        if (named != null && algorithm == null) {
            throw new UnusableKeyException("is for an algorithm that is not known");
        }
        try {
            return VerificationKey.of(text("kid"), publicKey(), algorithm);
        } catch (GeneralSecurityException e) {
            throw new UnusableKeyException("is not valid");
        }
    }

    private PublicKey publicKey() throws GeneralSecurityException, UnusableKeyException {
        return switch (required("kty")) {
            case "RSA" -> KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(number("n"), number("e")));
            case "EC" -> elliptic();
            case "OKP" -> edwards();
            default -> throw new UnusableKeyException("is of a kind that is not used");
        };
    }

    private PublicKey elliptic() throws GeneralSecurityException, UnusableKeyException {
        KeyKind kind =
                switch (required("crv")) {
                    case "P-256" -> KeyKind.P_256;
                    case "P-384" -> KeyKind.P_384;
                    case "P-521" -> KeyKind.P_521;
                    default -> throw new UnusableKeyException("is on a curve that is not used");
                };
        ECParameterSpec curve = kind.curve();
        ECPoint point = new ECPoint(number("x"), number("y"));
        int bits = curve.getCurve().getField().getFieldSize();
        if (point.getAffineX().bitLength() > bits || point.getAffineY().bitLength() > bits) {
            throw new UnusableKeyException("is not on its curve");
        }
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve));
    }

    private PublicKey edwards() throws GeneralSecurityException, UnusableKeyException {
        byte[] key = bytes("x");
        if (!required("crv").equals("Ed25519") || key.length != 32) {
            throw new UnusableKeyException("is on a curve that is not used");
        }
        byte[] encoded = new byte[ED25519_PREFIX.length + key.length];
        System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
        System.arraycopy(key, 0, encoded, ED25519_PREFIX.length, key.length);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private BigInteger number(String member) throws UnusableKeyException {
        return new BigInteger(1, bytes(member));
    }

    private byte[] bytes(String member) throws UnusableKeyException {
        try {
            return Base64.getUrlDecoder().decode(required(member));
        } catch (IllegalArgumentException e) {
            throw new UnusableKeyException("is not valid");
        }
    }

    private String required(String member) throws UnusableKeyException {
        String text = text(member);
        if (text == null) {
            throw new UnusableKeyException("lacks '" + member + "'");
        }
        return text;
    }

    private @Nullable String text(String member) throws UnusableKeyException {
        Object value = members.get(member);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new UnusableKeyException("has a '" + member + "' that is no string");
    }
}
