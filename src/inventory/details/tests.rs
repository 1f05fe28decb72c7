//! What becomes of Resource Manager's replies, over rows and replies written out here.

use super::*;
use crate::arg::{FleetPages, PageSink};
use crate::inventory::Listing;
use crate::upstream::Refusal;
use async_trait::async_trait;
use bytes::Bytes;
use serde_json::{Value, json};

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);

/// What a configuration's GET gives.
type Reply = Result<Option<Bytes>, UpstreamError>;

/// Resource Manager, which gives the same replies again and again, by name of the configuration.
#[derive(Default)]
struct Replies {
    by_name: HashMap<String, Reply>,
    asked: Mutex<Vec<String>>,
}

impl Replies {
    fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().expect("lock"));
        asked.sort();
        asked
    }

    fn set(&mut self, name: &str, body: impl Into<Bytes>) {
        self.by_name.insert(name.to_owned(), Ok(Some(body.into())));
    }
}

#[async_trait]
impl FleetSource for Replies {
    fn query_text(&self, _: Listing) -> Option<String> {
        None
    }

    async fn list(
        &self,
        _: Listing,
        _: UtcMillis,
        _: &mut (dyn PageSink + Send),
    ) -> Result<(), UpstreamError> {
        Ok(())
    }

    async fn configuration(&self, id: &str, _: UtcMillis) -> Reply {
        let name = id.rsplit('/').next().unwrap_or_default();
        self.asked.lock().expect("lock").push(name.to_owned());
        self.by_name.get(name).cloned().unwrap_or(Ok(None))
    }
}

fn id(name: &str) -> String {
    format!(
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kubernetes/connectedClusters/c/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{name}"
    )
}

/// A row of Resource Graph, which leaves conditions out.
fn row(name: &str, state: &str, statuses: Value) -> Value {
    json!({
        "id": id(name), "namespace": "flux", "complianceState": state, "statuses": statuses,
        "statusUpdatedAt": "2026-09-20T08:00:00Z",
    })
}

fn bare(name: &str) -> Value {
    json!({ "kind": "Kustomization", "namespace": "flux", "name": name, "complianceState": "Non-Compliant" })
}

fn because(name: &str, message: &str) -> Value {
    let mut object = bare(name);
    let condition =
        json!({ "type": "Ready", "status": "False", "reason": "BuildFailed", "message": message });
    object["statusConditions"] = json!([condition]);
    object
}

fn resource(name: &str, statuses: &Value) -> String {
    let properties = json!({
        "namespace": "flux", "complianceState": "Non-Compliant", "statuses": statuses,
        "statusUpdatedAt": "2026-09-20T08:00:00Z",
    });
    json!({ "id": id(name), "properties": properties }).to_string()
}

fn rows(reader: &mut RowReader, rows: &[Value]) -> Vec<Row> {
    let mut pages = FleetPages::new(reader);
    pages.page(json!({ "data": rows }).to_string().as_bytes()).expect("a page");
    pages.rows
}

/// One pass over these rows: what is left undone, and the rows.
async fn pass(details: &mut Details, replies: &Replies, listed: &[Value]) -> (Undone, Vec<Row>) {
    let mut reader = RowReader::default();
    let mut rows = rows(&mut reader, listed);
    let resources = Resources { source: replies, now: NOW };
    details.forget_others(&rows);
    let undone = details.complete(&mut rows, &Wanted::default(), &mut reader, &resources).await;
    (undone, rows)
}

/// Name, state and message of every object.
fn objects(rows: &[Row]) -> Vec<String> {
    configurations(rows)
        .flat_map(|configuration| &configuration.objects)
        .map(|object| {
            let message = object.fact().message.map_or("-", |message| message);
            format!("{} {} {message}", object.name, object.compliance_state.as_str())
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_useless_reply_is_a_failure_that_is_told_and_tried_again_soon() {
    let other = json!({ "id": id("other"), "properties": { "complianceState": "Compliant" } });
    let useless = [
        ("an empty body", String::new()),
        ("HTML", "<html>Sign in</html>".to_owned()),
        ("an empty object", "{}".to_owned()),
        ("a list", "[]".to_owned()),
        ("an object without properties", json!({ "id": id("app") }).to_string()),
        ("an object without id", json!({ "properties": { "statuses": [] } }).to_string()),
        (
            "properties that hold nothing",
            json!({ "id": id("app"), "properties": null }).to_string(),
        ),
        ("another resource", other.to_string()),
    ];
    for (what, text) in useless {
        let (mut details, mut replies) = (Details::default(), Replies::default());
        replies.set("app", text);
        let listed = [row("app", "Non-Compliant", json!([bare("app-web")]))];
        let (undone, _) = pass(&mut details, &replies, &listed).await;
        assert_eq!((undone.missing, replies.asked().len()), (1, 1), "{what}");
        let warning = undone.warning().expect(what);
        assert!(
            warning.starts_with("Conditions of 1 configurations could not be read: a reply of Azure Resource Manager was not understood: ")
                && warning.contains(". Check that no proxy"),
            "{what}: {warning}"
        );
        assert!(
            warning.ends_with(". Check that no proxy or sign-in page answers in place of Azure.")
        );
        // A moment later it isn't read again, and users still see why.
        let (undone, _) = pass(&mut details, &replies, &listed).await;
        assert_eq!((undone.missing, replies.asked().len()), (1, 0), "{what}");
        assert_eq!(undone.warning(), Some(warning), "{what}");
        tokio::time::advance(AGAIN_AFTER).await;
        replies.set("app", resource("app", &json!([because("app-web", "no such file")])));
        let (undone, rows) = pass(&mut details, &replies, &listed).await;
        assert_eq!((undone.missing, undone.warning()), (0, None), "{what}");
        assert_eq!(objects(&rows), ["app-web Non-Compliant no such file"], "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_configuration_that_is_gone_is_no_failure() {
    let (mut details, replies) = (Details::default(), Replies::default());
    let listed = [row("app", "Non-Compliant", json!([bare("app-web")]))];
    let (undone, _) = pass(&mut details, &replies, &listed).await;
    assert_eq!((undone.missing, undone.warning()), (0, None));
    tokio::time::advance(AGAIN_AFTER).await;
    pass(&mut details, &replies, &listed).await;
    assert_eq!(replies.asked().len(), 1, "its status hasn't changed");
}

#[tokio::test(start_paused = true)]
async fn one_useless_reply_keeps_no_other_configuration_from_being_read() {
    let (mut details, mut replies) = (Details::default(), Replies::default());
    let refused = |code| {
        Err(UpstreamError::Refused {
            upstream: Upstream::ResourceManager,
            status: 404,
            refusal: Refusal::new(code, "no"),
        })
    };
    replies.set("a", "{}");
    replies.by_name.insert("b".to_owned(), refused("InvalidResourceType"));
    let names = ["a", "b", "c", "d"];
    for name in ["c", "d"] {
        replies.set(name, resource(name, &json!([because(name, "no such file")])));
    }
    let listed = names.map(|name| row(name, "Non-Compliant", json!([bare(name)])));
    let (undone, _) = pass(&mut details, &replies, &listed).await;
    assert_eq!(replies.asked(), names);
    assert_eq!(undone.missing, 2);
    // Where all replies are useless, the pass ends early.
    let (mut details, mut replies) = (Details::default(), Replies::default());
    let names: Vec<String> = (10..60).map(|number| number.to_string()).collect();
    for name in &names {
        replies.set(name, "<html>");
    }
    let listed: Vec<_> =
        names.iter().map(|name| row(name, "Non-Compliant", json!([bare(name)]))).collect();
    let (undone, _) = pass(&mut details, &replies, &listed).await;
    assert_eq!(undone.missing, names.len());
    assert!(replies.asked().len() <= FAILURES_IN_A_ROW + AT_ONCE);
}

/// The message `why` of one object of eight, which is the only one that fails.
fn eight(name: &str) -> Value {
    let fine = |number: usize| json!({ "kind": "HelmRelease", "namespace": "web", "name": format!("release-{number}"), "complianceState": "Compliant" });
    let mut all: Vec<Value> = (0..7).map(fine).collect();
    all.push(because(&format!("{name}-web"), "no such file"));
    all.into()
}

#[tokio::test(start_paused = true)]
async fn objects_that_the_row_lacks_come_from_resource_manager() {
    let source = json!({ "kind": "GitRepository", "namespace": "flux", "name": "app", "complianceState": "Compliant", "message": "stored" });
    let failing = because("app-web", "no such file");
    let pending = json!({ "kind": "Kustomization", "namespace": "flux", "name": "APP-WEB", "complianceState": "Non-Compliant" });
    let cases = [
        ("null", json!(null), 8),
        ("an empty list", json!([]), 8),
        ("one that doesn't fail", json!([source]), 9),
        ("the failing one, without why", json!([pending]), 8),
        ("the failing one, with a kustomization that has no object", json!([failing]), 8),
    ];
    for (what, statuses, all) in cases {
        let (mut details, mut replies) = (Details::default(), Replies::default());
        replies.set("app", resource("app", &eight("app")));
        let mut listed = row("app", "Non-Compliant", statuses);
        listed["kustomizations"] = json!({ "web": {}, "other": {} });
        let (undone, rows) = pass(&mut details, &replies, &[listed.clone()]).await;
        assert_eq!((undone.missing, replies.asked().len()), (0, 1), "{what}");
        let objects = objects(&rows);
        assert_eq!(objects.len(), all, "{what}: {objects:#?}");
        let failing: Vec<_> = objects.iter().filter(|line| line.contains("Non-")).collect();
        assert_eq!(failing, ["app-web Non-Compliant no such file"], "{what}");
        // The same status isn't read twice; a newer one is.
        let (_, again) = pass(&mut details, &replies, &[listed.clone()]).await;
        assert_eq!((again, replies.asked().len()), (rows, 0), "{what}");
        listed["statusUpdatedAt"] = json!("2026-09-20T08:05:00Z");
        pass(&mut details, &replies, &[listed]).await;
        assert_eq!(replies.asked().len(), 1, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn well_and_complete_configurations_are_not_read() {
    let (mut details, replies) = (Details::default(), Replies::default());
    let fine = [because("app-web", "no such file")];
    let mut complete = row("complete", "Non-Compliant", json!(fine));
    complete["kustomizations"] = json!({});
    let listed = [row("a", "Compliant", json!(null)), row("b", "Suspended", json!([])), complete];
    let (undone, _) = pass(&mut details, &replies, &listed).await;
    assert_eq!((undone.missing, replies.asked().len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn without_a_time_of_the_status_what_was_read_is_used_for_some_minutes() {
    let (mut details, mut replies) = (Details::default(), Replies::default());
    replies.set("app", resource("app", &json!([])));
    let mut listed = row("app", "Pending", json!(null));
    listed["statusUpdatedAt"] = json!(null);
    let listed = [listed];
    for (advance, requests) in [(Duration::ZERO, 1), (AGAIN_AFTER, 0), (UNDATED_LIFETIME, 1)] {
        tokio::time::advance(advance).await;
        let (undone, _) = pass(&mut details, &replies, &listed).await;
        assert_eq!((undone.missing, replies.asked().len()), (0, requests), "{advance:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_an_object_that_both_have_the_later_report_counts() {
    let reported = |time: &str, statuses: &Value| {
        let properties = json!({ "statuses": statuses, "statusUpdatedAt": time });
        json!({ "id": id("app"), "properties": properties }).to_string()
    };
    let mut well = because("web", "applied");
    well["complianceState"] = json!("Compliant");
    let mut no_state = because("web", "no such file");
    no_state["complianceState"] = json!(null);
    let cases = [
        ("2026-09-20T08:01:00Z", &well, "web Compliant applied"),
        ("2026-09-20T08:00:00Z", &well, "web Compliant applied"),
        ("2026-09-20T07:59:00Z", &well, "web Non-Compliant applied"),
        ("2026-09-20T08:00:00Z", &no_state, "web Non-Compliant no such file"),
    ];
    for (time, read, expected) in cases {
        let (mut details, mut replies) = (Details::default(), Replies::default());
        replies.set("app", reported(time, &json!([read])));
        let listed = [row("app", "Non-Compliant", json!([bare("web")]))];
        let (_, rows) = pass(&mut details, &replies, &listed).await;
        assert_eq!(objects(&rows), [expected], "{time}");
    }
}

#[tokio::test(start_paused = true)]
async fn objects_of_one_name_stay_apart_and_none_comes_twice() {
    let (mut details, mut replies) = (Details::default(), Replies::default());
    let object = |kind: Value, namespace: Value| json!({ "kind": kind, "namespace": namespace, "name": "web", "complianceState": "Compliant" });
    let read = [
        object(json!("HelmRelease"), json!("web")),
        object(json!("HelmChart"), json!("web")),
        object(json!("HelmRelease"), json!("other")),
    ];
    replies.set("app", resource("app", &json!(read)));
    let rows_of = [object(json!(null), json!("web")), object(json!("helmrelease"), json!("WEB"))];
    let (_, rows) =
        pass(&mut details, &replies, &[row("app", "Non-Compliant", json!(rows_of))]).await;
    let places: Vec<_> = configurations(&rows)
        .flat_map(|configuration| &configuration.objects)
        .map(FluxObject::place)
        .collect();
    assert_eq!(
        places,
        [
            (Some("HelmChart"), Some("web"), "web"),
            (Some("HelmRelease"), Some("other"), "web"),
            (Some("HelmRelease"), Some("web"), "web"),
        ]
    );
}
