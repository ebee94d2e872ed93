//! The text that is signed (RFC 9421, 2.5).

use std::fmt::Write as _;

use crate::structured::InnerList;

/// The signature base over `lines`, component and value, which must be what `input` lists.
pub(super) fn signature_base(lines: &[(&str, &str)], input: &InnerList) -> String {
    let mut base = String::new();
    for (name, value) in lines {
        let _ = writeln!(base, "\"{name}\": {value}");
    }
    let _ = write!(base, "\"@signature-params\": {input}");
    base
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use ring::signature::{ED25519, UnparsedPublicKey};

    use super::*;
    use crate::structured::{Bare, Member, dictionary};
    use crate::{PublicKey, SigningKey};

    /// RFC 9421, B.1.4: the private key `test-key-ed25519` in PKCS#8.
    const PRIVATE_KEY: &str = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF";

    /// The same key's public half, raw.
    const PUBLIC_KEY: &str = "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=";

    /// RFC 9421, B.2.6: the headers that the example adds.
    const SIGNATURE_INPUT: &str = "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \
                                   \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";
    const SIGNATURE: &str =
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";

    /// RFC 9421, B.2.6: the signature base.
    const BASE: &str = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\
                        \"@method\": POST\n\
                        \"@path\": /foo\n\
                        \"@authority\": example.com\n\
                        \"content-type\": application/json\n\
                        \"content-length\": 18\n\
                        \"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \
                        \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";

    #[test]
    fn the_example_of_the_standard_is_built_signed_and_verified_as_it_says() {
        let inputs = dictionary(SIGNATURE_INPUT).expect("the example's Signature-Input");
        let [(label, Member::List(input))] = inputs.as_slice() else { panic!("one list: {inputs:?}") };
        let lines = [
            ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            ("@method", "POST"),
            ("@path", "/foo"),
            ("@authority", "example.com"),
            ("content-type", "application/json"),
            ("content-length", "18"),
        ];
        let base = signature_base(&lines, input);
        assert_eq!(base, BASE);
        assert_eq!(format!("{label}={input}"), SIGNATURE_INPUT);

        let signatures = dictionary(SIGNATURE).expect("the example's Signature");
        let [(_, Member::Item(item))] = signatures.as_slice() else { panic!("one item: {signatures:?}") };
        let Bare::Bytes(signature) = &item.value else { panic!("bytes: {item:?}") };

        let public: PublicKey = PUBLIC_KEY.parse().expect("a key");
        assert!(public.verifies(base.as_bytes(), signature));
        assert!(UnparsedPublicKey::new(&ED25519, public.as_bytes()).verify(b"another text", signature).is_err());

        let document = STANDARD.decode(PRIVATE_KEY).expect("base64");
        let private = SigningKey::from_pkcs8(&document).expect("a key");
        assert_eq!(private.public_key(), public);
        assert_eq!(private.sign(base.as_bytes()), *signature);
    }
}
