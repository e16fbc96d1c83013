//! Each example answer of the document, as the client returns it.

use super::*;

#[tokio::test]
async fn every_example_answer_is_read_whole() {
    let bench = Bench::new().await;
    let mut read = 0;
    for info in typed() {
        for (name, answer) in examples(info) {
            let records = bench.served(info.operation, &answer).await;
            let records = records.unwrap_or_else(|error| panic!("{}, {name}: {error}", info.id));
            let sent = match &answer {
                // A text stands for the object.
                Value::String(_) => vec![answer.clone()],
                _ => records_of(info, &answer),
            };
            assert_eq!(plain_records(info, &records), plain_records(info, &sent), "{}, {name}", info.id);
            read += 1;
        }
    }
    assert!(read >= 33, "{read} examples");
}

#[tokio::test]
async fn the_guides_single_objects_are_read_like_the_arrays() {
    let bench = Bench::new().await;
    for operation in [Operation::PreviewCarrier, Operation::GetCarrierRiskAssessment, Operation::CarriersChanges] {
        let info = operation.info();
        for (name, answer) in examples(info).into_iter().filter(|(name, _)| name != "none") {
            let records = records_of(info, &answer);
            let bare = if operation == Operation::CarriersChanges { json!(records) } else { records[0].clone() };
            let read = bench.served(operation, &bare).await;
            let read = read.unwrap_or_else(|error| panic!("{operation}, {name}: {error}"));
            assert_eq!(plain_records(info, &read), plain_records(info, &records), "{operation}, {name}");
        }
    }
}

#[tokio::test]
async fn the_undocumented_answers_are_handed_out_as_they_came() {
    let bench = Bench::new().await;
    for operation in [Operation::EmailPacketInvitation, Operation::RequestUserVerification] {
        for (name, answer) in examples(operation.info()) {
            assert_eq!(bench.served(operation, &answer).await.unwrap(), [answer], "{operation}, {name}");
        }
    }
}

pub(super) fn examples(info: &OperationInfo) -> Vec<(String, Value)> {
    let found = contract::operations(spec()).find(|(_, _, op)| op["operationId"] == info.id);
    let (_, _, op) = found.expect("an operation of the document");
    let examples = contract::entries(&op["responses"]["200"]["content"]["application/json"]["examples"]);
    let examples: Vec<_> = examples.map(|(name, example)| (name.clone(), example["value"].clone())).collect();
    assert!(!examples.is_empty(), "{} has none", info.id);
    examples
}
