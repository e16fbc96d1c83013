//! One bad record does not lose its page: it is reported beside the good ones.

use super::*;
use futures::StreamExt as _;
use mycarrierpackets::{ErrorKind, Page};

#[tokio::test]
async fn a_bad_record_is_reported_beside_the_good_ones() {
    let bench = Bench::new().await;
    let monitoring = bench.client.monitoring();
    let window = Window::last(std::time::Duration::from_secs(3600)).unwrap();
    // The field that is wrong in the second of three records, and where an error says it is.
    let list = r#"[{"DOTNumber":9900001},{"DOTNumber":[1]},{"DOTNumber":9900003}]"#;
    let data = r#"{"isMonitored":true},{"isMonitored":"perhaps"},{"isMonitored":false}"#;
    let in_body = |items: &str| {
        format!(r#"{{"pageNumber":1,"pageSize":250,"totalPages":1,"totalCount":3,"succeeded":true,"data":[{items}]}}"#)
    };
    let dots = &list[1..list.len() - 1];
    let changes =
        r#"{"CarrierCount":3,"CarrierList":[{"ChangeCategories":["Insurance"]},{"ChangeCategories":[{}]},{}]}"#;

    check(&bench, list, "[1].DOTNumber", || first(monitoring.list())).await;
    check(&bench, list, "[1].DOTNumber", || first(bench.client.blocking().list())).await;
    check(&bench, &in_body(data), "[1].isMonitored", || first(monitoring.data())).await;
    check(&bench, &in_body(dots), "[1].DOTNumber", || first(monitoring.contacts())).await;
    check(&bench, &in_body(dots), "[1].DOTNumber", || first(monitoring.risk())).await;
    check(&bench, changes, "[1].ChangeCategories[0]", || first(monitoring.changes(window))).await;
}

async fn check<T, F: Future<Output = Page<T>>>(bench: &Bench, body: &str, path: &str, call: impl Fn() -> F) {
    *bench.reply.lock().unwrap() = Reply::json(body);
    let page = call().await;
    assert_eq!((page.items.len(), page.rejected.len()), (2, 1), "{body}");
    let (place, error) = &page.rejected[0];
    assert_eq!((*place, error.kind()), (1, ErrorKind::Decode), "{error}");
    assert!(error.json_path().is_some_and(|told| told.ends_with(path)), "{error}");
    assert!(error.body().is_some(), "the record can be looked at");
    assert!(error.operation().is_some() && !error.to_string().contains("perhaps"), "{error}");
}

async fn first<T: Send + 'static>(pager: Pager<T>) -> Page<T> {
    pager.pages().next().await.unwrap().unwrap()
}

#[tokio::test]
async fn a_page_that_is_no_page_is_one_error() {
    let bench = Bench::new().await;
    let cases = [
        (Operation::MonitoredCarriers, r#"[{"DOTNumber":1},"#, ErrorKind::Decode),
        (Operation::MonitoredCarriers, "7", ErrorKind::Decode),
        (Operation::MonitoredCarrierData, r#"{"data":7}"#, ErrorKind::Decode),
        (Operation::MonitoredCarrierData, r#"{"data":[{}"#, ErrorKind::Decode),
        (Operation::MonitoredCarrierData, r#"{"succeeded":false,"message":"Try later."}"#, ErrorKind::Declined),
        (Operation::CarriersChanges, "\"none\"", ErrorKind::UnexpectedAnswer),
    ];
    for (operation, body, kind) in cases {
        let error = bench.served(operation, body).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (kind, Some(operation)), "{body}: {error}");
    }
}
