package dev.fanfare.auth;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.NamedParameterSpec;
import org.jspecify.annotations.Nullable;

/** What a key is, as far as it decides which algorithms it can be for. */
enum KeyKind {
    SECRET(""),
    RSA(""),
    P_256("secp256r1"),
    P_384("secp384r1"),
    P_521("secp521r1"),
    ED25519("");

    private final String curve;

    KeyKind(String curve) {
        this.curve = curve;
    }

    /** The kind of a public or a private key, or null where no algorithm is for it. */
    static @Nullable KeyKind of(Key key) throws GeneralSecurityException {
        if (key instanceof RSAKey) {
            return RSA;
        }
        if (key instanceof EdECKey edwards) {
            return edwards.getParams().getName().equals(NamedParameterSpec.ED25519.getName()) ? ED25519 : null;
        }
        if (key instanceof ECKey elliptic) {
            for (KeyKind kind : new KeyKind[] {P_256, P_384, P_521}) {
                if (kind.isCurveOf(elliptic)) {
                    return kind;
                }
            }
        }
        return null;
    }

    /** The parameters of its curve. */
    ECParameterSpec curve() throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    private boolean isCurveOf(ECKey key) throws GeneralSecurityException {
        ECParameterSpec own = curve();
        ECParameterSpec other = key.getParams();
        return own.getCurve().equals(other.getCurve())
                && own.getGenerator().equals(other.getGenerator())
                && own.getOrder().equals(other.getOrder());
    }
}
