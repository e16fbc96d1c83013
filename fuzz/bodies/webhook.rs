//! No bytes pass for signed that are not; what is signed is an event or is not understood, and the same one each time.

use mycarrierpackets::webhook::{Verifier, WebhookError};

/// Checks bytes as a body, as a signature, and as both.
pub fn check(data: &[u8]) {
    let verifier = Verifier::from_secrets(["fuzz-secret-1", "fuzz-secret-2"]).expect("secrets");
    let signature = verifier.sign(data);
    let verified = verifier.verify_signature(&signature, data.to_vec()).expect("its own signature");
    assert_eq!(verified.body(), data);
    assert_eq!(verified.key().len(), 64);
    match verified.event() {
        Ok(event) => assert_eq!(verified.event().as_ref(), Ok(&event), "it reads otherwise the second time"),
        Err(error) => assert_eq!(error, WebhookError::NotUnderstood),
    }
    // As a signature, of a body that it is not of.
    if let Ok(passed) = verifier.verify_signature(data, "{}") {
        assert!(data.trim_ascii().eq_ignore_ascii_case(verifier.sign("{}").as_bytes()), "{passed:?}");
    }
    let split = data.len().min(64);
    let (signature, body) = data.split_at(split);
    if verifier.verify_signature(signature, body.to_vec()).is_ok() {
        let signed = |secret: &str| Verifier::new(secret).expect("a secret").sign(body);
        let own = [signed("fuzz-secret-1"), signed("fuzz-secret-2")];
        assert!(own.iter().any(|own| signature.trim_ascii().eq_ignore_ascii_case(own.as_bytes())));
    }
}
