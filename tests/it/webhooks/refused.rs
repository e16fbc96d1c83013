//! No body but the signed one, and no signature but its own.

use super::vectors::{Vector, accepted};
use mycarrierpackets::http::HeaderMap;
use mycarrierpackets::webhook::{PushVerifier, Verifier, WebhookError};

const SECRET: &str = "whsec-a-secret-of-its-own";

fn signature(vector: &Vector) -> &str {
    vector.signature.as_deref().unwrap().trim()
}

#[test]
fn every_body_with_one_bit_changed_is_refused() {
    let mut flips = 0;
    for vector in accepted() {
        let verifier = vector.verifier();
        let mut body = vector.body.clone().into_bytes();
        for bit in 0..body.len() * 8 {
            body[bit / 8] ^= 1 << (bit % 8);
            let outcome = verifier.verify_signature(signature(&vector), body.clone());
            assert_eq!(outcome, Err(WebhookError::WrongSignature), "{}, bit {bit}", vector.name);
            body[bit / 8] ^= 1 << (bit % 8);
            flips += 1;
        }
        assert!(verifier.verify_signature(signature(&vector), body).is_ok(), "{}", vector.name);
    }
    assert!(flips > 50_000, "{flips}");
}

#[test]
fn every_signature_with_one_bit_changed_is_refused() {
    for vector in accepted() {
        let verifier = vector.verifier();
        let good = signature(&vector).to_ascii_lowercase();
        for bit in 0..good.len() * 8 {
            let mut changed = good.clone().into_bytes();
            changed[bit / 8] ^= 1 << (bit % 8);
            // The same digest in another case is the same signature.
            let same = changed.eq_ignore_ascii_case(good.as_bytes());
            let outcome = verifier.verify_signature(&changed, vector.body.clone());
            match outcome {
                Ok(_) => assert!(same, "{}, bit {bit}", vector.name),
                Err(WebhookError::WrongSignature | WebhookError::MalformedSignature) => {
                    assert!(!same, "{}, bit {bit}", vector.name);
                }
                Err(other) => panic!("{}, bit {bit}: {other:?}", vector.name),
            }
        }
    }
}

#[test]
fn every_part_of_a_body_is_refused() {
    for vector in accepted() {
        let verifier = vector.verifier();
        let body = vector.body.as_bytes();
        for end in 0..body.len() {
            for part in [&body[..end], &body[end + 1..]] {
                let outcome = verifier.verify_signature(signature(&vector), part.to_vec());
                assert_eq!(outcome, Err(WebhookError::WrongSignature), "{}, {end}", vector.name);
            }
        }
    }
}

#[test]
fn a_secret_is_valid_until_it_is_taken_out() {
    let [old, new, other] = ["old-secret", "new-secret", "other-secret"].map(|secret| Verifier::new(secret).unwrap());
    let both = Verifier::from_secrets(["new-secret", "old-secret"]).unwrap();
    let signed = |verifier: &Verifier| verifier.sign("{}");
    for signer in [&old, &new] {
        assert!(both.verify_signature(signed(signer), "{}").is_ok());
    }
    assert_eq!(both.verify_signature(signed(&other), "{}"), Err(WebhookError::WrongSignature));
    assert_eq!(new.verify_signature(signed(&old), "{}"), Err(WebhookError::WrongSignature));
    assert_eq!(signed(&both), signed(&new), "the first signs");
}

#[test]
fn a_body_is_as_large_as_the_limit_and_no_larger() {
    let verifier = Verifier::new(SECRET).unwrap();
    assert_eq!((verifier.max_body(), Verifier::DEFAULT_MAX_BODY), (1 << 20, 1 << 20));
    for (limit, size, fits) in [(8, 8, true), (8, 9, false), (0, 0, true), (0, 1, false)] {
        let (verifier, body) = (verifier.clone().with_max_body(limit), vec![b' '; size]);
        let outcome = verifier.verify_signature(verifier.sign(&body), body);
        assert_eq!(outcome.map(drop), if fits { Ok(()) } else { Err(WebhookError::BodyTooLarge(limit)) });
    }
}

#[test]
fn one_signature_is_looked_for_by_a_name_of_any_case() {
    let verifier = Verifier::new(SECRET).unwrap();
    let mut headers = HeaderMap::new();
    assert_eq!(verifier.verify(&headers, "{}"), Err(WebhookError::NoSignature));
    headers.append("MCP-SIGNATURE", verifier.sign("{}").parse().unwrap());
    assert!(verifier.verify(&headers, "{}").is_ok());
    headers.append("mcp-signature", verifier.sign("{}").parse().unwrap());
    assert_eq!(verifier.verify(&headers, "{}"), Err(WebhookError::MalformedSignature));
    let mut odd = HeaderMap::new();
    odd.insert("mcp-signature", mycarrierpackets::http::HeaderValue::from_bytes(&[0xff; 64]).unwrap());
    assert_eq!(verifier.verify(&odd, "{}"), Err(WebhookError::MalformedSignature));
}

#[test]
fn nothing_that_prints_has_a_secret_or_a_body() {
    let verifier = Verifier::new(SECRET).unwrap();
    let push = PushVerifier::new(SECRET).unwrap();
    let body = r#"{"ssn":"078-05-1120"}"#;
    let signature = verifier.sign(body);
    let event = verifier.verify_signature(&signature, body).unwrap();
    let mut printed = format!("{verifier:?} {push:?} {event:?}");
    for error in [
        verifier.verify_signature(&signature, "078-05-1120").unwrap_err(),
        verifier.verify_signature("078-05-1120", body).unwrap_err(),
        verifier.verify_signature(verifier.sign("078-05-1120"), "078-05-1120").unwrap().event().unwrap_err(),
        push.verify("078-05-1120", "1", "").unwrap_err(),
        push.verify(SECRET, "078-05-1120", "").unwrap_err(),
        push.verify(SECRET, "1", "078-05-1120").unwrap_err(),
    ] {
        printed += &format!(" {error} {error:?}");
    }
    for hidden in [SECRET, "078-05", &signature, "whsec"] {
        assert!(!printed.contains(hidden), "{hidden} in {printed}");
    }
}

#[test]
fn the_older_model_names_a_carrier_or_none() {
    let push = PushVerifier::new(SECRET).unwrap();
    let carrier =
        |dot: &str, docket: &str| push.verify(SECRET, dot, docket).map(|packet| packet.carrier_id().to_string());
    for (dot, docket, named) in [
        ("23868", "MC113843", "DOT 23868 MC113843"),
        ("00023868", "mc-113843", "DOT 23868 MC113843"),
        ("23868", "113843", "DOT 23868 MC113843"),
        ("23868", "FF42", "DOT 23868 FF42"),
        ("23868", "", "DOT 23868"),
        ("23868", " ", "DOT 23868"),
    ] {
        assert_eq!(carrier(dot, docket).as_deref(), Ok(named), "{dot} {docket}");
    }
    for (dot, docket) in
        [("", "MC113843"), ("0", "MC113843"), ("x", ""), ("123456789", ""), ("23868", "MC"), ("23868", "../x")]
    {
        assert_eq!(carrier(dot, docket), Err(WebhookError::NoCarrier), "{dot} {docket}");
    }
    for shown in ["", "whsec", "WHSEC-A-SECRET-OF-ITS-OWN", "whsec-a-secret-of-its-own\0"] {
        assert_eq!(push.verify(shown, "x", "y"), Err(WebhookError::WrongSecret), "the secret is looked at first");
    }
}
