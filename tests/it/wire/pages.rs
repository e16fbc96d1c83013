//! One bad record does not lose its page: it is reported beside the good ones.

use super::*;
use futures::StreamExt as _;
use mycarrierpackets::{ErrorKind, Page};

#[tokio::test]
async fn a_field_that_cannot_be_read_costs_itself_and_is_reported() {
    let bench = Bench::new().await;
    let monitoring = bench.client.monitoring();
    let window = Window::last(std::time::Duration::from_secs(3600)).unwrap();
    // The field that is wrong in the second of three records, and where the page says it is.
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
    assert_eq!((page.items.len(), page.rejected.len()), (3, 0), "{body}");
    let [unreadable] = page.unreadable.as_slice() else { panic!("{body}: {:?}", page.unreadable) };
    assert!(unreadable.ends_with(path), "{body}: {unreadable}");
}

#[tokio::test]
async fn an_item_that_is_not_an_object_is_rejected_with_its_bytes_beside_the_good_ones() {
    let bench = Bench::new().await;
    for odd in ["7", "\"perhaps\"", "[{}]", "true"] {
        let body = format!(r#"[{{"DOTNumber":9900001}},{odd},{{"DOTNumber":9900003,"CreatedBy":"x\uD800"}}]"#);
        *bench.reply.lock().unwrap() = Reply::json(&body);
        let page = first(bench.client.monitoring().list()).await;
        assert_eq!((page.items.len(), page.rejected.len()), (2, 1), "{body}");
        let (place, error) = &page.rejected[0];
        assert_eq!((*place, error.kind(), error.json_path()), (1, ErrorKind::Decode, Some("[1]")), "{error}");
        assert_eq!(error.body(), Some(odd.as_bytes()), "the record can be looked at");
        assert!(error.operation().is_some() && !error.to_string().contains("perhaps"), "{error}");
        assert_eq!(page.unreadable, ["[2].CreatedBy"]);
        let window = Window::last(std::time::Duration::from_secs(3600)).unwrap();
        let packets = bench.client.packets().completed(window).await.unwrap();
        assert_eq!((packets.items.len(), packets.rejected.len()), (2, 1), "one bad row does not fail the window");
    }
}

#[tokio::test]
async fn one_bad_byte_a_key_that_comes_twice_and_a_number_out_of_range_lose_nothing_else() {
    let bench = Bench::new().await;
    let rows = [
        &b"[{\"DOTNumber\":9900001,\"CreatedBy\":\"a\xFFb\"}"[..],
        b",{\"DOTNumber\":1e400,\"DocketNumber\":\"MC990002\"}",
        b",{\"DOTNumber\":5,\"DOTNumber\":9900003}]",
    ]
    .concat();
    *bench.reply.lock().unwrap() = Reply::new(200, "application/json", rows);
    let page = first(bench.client.monitoring().list()).await;
    let dots: Vec<_> = page.items.iter().map(|item| item.dot_number.map(|dot| dot.get())).collect();
    assert_eq!((dots, page.rejected.len()), (vec![Some(9_900_001), None, Some(9_900_003)], 0));
    assert_eq!(page.unreadable, ["[0].CreatedBy", "[1].DOTNumber", "[2].DOTNumber"]);

    let preview = b"[{\"DotNumber\":23868,\"CompanyName\":\"Pe\xF1a\",\"CarrierID\":NaN,\"City\":\"Ogden\"}]";
    *bench.reply.lock().unwrap() = Reply::new(200, "application/json", &preview[..]);
    let carrier = bench.client.carriers().preview(23868).await.unwrap();
    assert_eq!((carrier.city.as_deref(), carrier.carrier_id), (Some("Ogden"), None));
    assert_eq!(carrier.company_name.as_deref(), Some("Pe\u{fffd}a"));
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

#[tokio::test]
async fn a_page_with_something_odd_still_says_how_many_pages_there_are() {
    let bench = Bench::new().await;
    let window = Window::last(std::time::Duration::from_secs(3600)).unwrap();
    let rows = r#"[{"DOTNumber":9900001},{"DOTNumber":[1]}]"#;
    let changes = r#"{"CarrierCount":2,"CarrierList":[{"ChangeCategories":["Insurance"]},{"ChangeCategories":[{}]}]}"#;
    let header = r#"{"PageNumber":1,"PageSize":2,"TotalPages":7,"TotalCount":14}"#;
    let serve = |body: &str| *bench.reply.lock().unwrap() = Reply::json(body).header("X-Pagination", header);
    serve(rows);
    let totals = |page: &Page<_>| (page.size, page.total_pages, page.total_count, page.unreadable.len());
    assert_eq!(totals(&first(bench.client.monitoring().list()).await), (Some(2), Some(7), Some(14), 1));
    let page = first(bench.client.blocking().list()).await;
    assert_eq!((page.size, page.total_pages, page.total_count), (Some(2), Some(7), Some(14)));
    serve(changes);
    let page = first(bench.client.monitoring().changes(window)).await;
    assert_eq!((page.size, page.total_pages, page.total_count), (Some(2), Some(7), Some(14)));
}

#[tokio::test]
async fn a_list_that_is_not_there_is_an_error_and_empty_only_where_the_server_counts_none() {
    let bench = Bench::new().await;
    let window = Window::last(std::time::Duration::from_secs(3600)).unwrap();
    let ask = |body: String| {
        *bench.reply.lock().unwrap() = Reply::json(body);
        bench.client.factoring().updated(window)
    };
    for list in ["null", "\"x\"", "7", "[7]", "[null, 7]"] {
        for count in ["", "\"FactoringCompaniesCount\":3,", "\"FactoringCompaniesCount\":null,"] {
            let body = format!("{{\"$id\":\"1\",{count}\"FactoringCompanies\":{list}}}");
            let error = ask(body.clone()).await.expect_err(&body);
            assert!(matches!(error.kind(), ErrorKind::UnexpectedAnswer | ErrorKind::Decode), "{body}: {error}");
        }
    }
    let none = ask("{\"$id\":\"1\",\"FactoringCompaniesCount\":0,\"FactoringCompanies\":null}".into()).await.unwrap();
    assert_eq!(none.factoring_companies.map(|list| list.len()), Some(0));
    for list in ["null", "\"x\"", "7"] {
        let body = format!("{{\"CarrierCount\":3,\"CarrierList\":{list}}}");
        *bench.reply.lock().unwrap() = Reply::json(&body);
        let page = bench.client.monitoring().changes(window).pages().next().await.unwrap();
        assert!(page.is_err(), "{body}: {page:?}");
    }
}
