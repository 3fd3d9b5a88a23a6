//! A user grants, a partner comes with what it was given, and the user withdraws.

use axum::http::Method;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use orangery::domain::key::hash;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::{Scene, whole};

const CALLBACK: &str = "https://scouts.example.com/back?from=orangery";

struct App {
    scene: Scene,
    id: i64,
    key: String,
    secret: String,
}

impl App {
    async fn add() -> Self {
        let scene = Scene::set().await;
        let new = json!({"name": "Scouts <&>", "url": "https://scouts.example.com", "callback_url": CALLBACK,
            "source_id": scene.source_id});
        let made = scene.acme.post("/api/v1/oauth/applications", new).await;
        assert_eq!(made.status, 201, "{made}");
        let text = |name: &str| made.json[name].as_str().unwrap().to_owned();
        Self {
            id: made.json["id"].as_i64().unwrap(),
            key: text("consumer_key"),
            secret: text("consumer_secret"),
            scene,
        }
    }

    fn ask(&self, more: &[(&str, &str)]) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in [("response_type", "code"), ("client_id", &self.key), ("state", "a b&c")] {
            if !more.iter().any(|it| it.0 == name) {
                query.append_pair(name, value);
            }
        }
        query.extend_pairs(more.iter().filter(|it| !it.1.is_empty()));
        query.finish()
    }

    /// A one-time code of Ada's.
    async fn once(&self) -> String {
        let made = self.scene.acme.post("/api/v1/users/1/consent-codes", json!({})).await;
        assert_eq!(made.status, 201, "{made}");
        made.json["code"].as_str().unwrap().to_owned()
    }

    /// What the page answers to a form: status, where it leads, and the text.
    async fn decide(&self, form: &str) -> (u16, String, String) {
        let (status, headers, text) = whole(&self.scene.acme, Method::POST, "/oauth/authorize", &[], form).await;
        (status, headers.get("location").map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default(), text)
    }

    /// The code that the partner gets when Ada grants.
    async fn granted(&self, more: &[(&str, &str)]) -> String {
        let once = self.once().await;
        let form = format!("{}&decision=grant&code={once}", self.ask(more));
        let (status, to, text) = self.decide(&form).await;
        assert_eq!(status, 303, "{text}");
        let to = url::Url::parse(&to).unwrap();
        assert!(to.as_str().starts_with("https://scouts.example.com/back?from=orangery&code=orac_"), "{to}");
        let said = |name: &str| to.query_pairs().find(|it| it.0 == name).map(|it| it.1.into_owned());
        assert_eq!(said("state").as_deref(), Some("a b&c"));
        said("code").unwrap()
    }

    async fn token(&self, form: &[(&str, &str)]) -> (u16, Value) {
        let body = Serializer::new(String::new())
            .extend_pairs([("client_id", self.key.as_str()), ("client_secret", self.secret.as_str())])
            .extend_pairs(form)
            .finish();
        let (status, headers, text) = whole(&self.scene.acme, Method::POST, "/oauth/token", &[], &body).await;
        assert_eq!(headers["cache-control"], "no-store");
        (status, serde_json::from_str(&text).unwrap())
    }

    async fn exchanged(&self, code: &str) -> (String, String) {
        let (status, said) = self.token(&[("grant_type", "authorization_code"), ("code", code)]).await;
        assert_eq!(status, 200, "{said}");
        (said["access_token"].as_str().unwrap().to_owned(), said["refresh_token"].as_str().unwrap().to_owned())
    }

    async fn with(&self, access: &str, path: &str) -> u16 {
        let bearer = format!("Bearer {access}");
        self.scene.acme.ask(Method::GET, path, None, &[("Authorization", &bearer), ("On-Behalf-Of", "")]).await.status
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_grants_and_the_partner_acts_for_them() {
    let app = App::add().await;
    let query = app.ask(&[("scope", "candidates.create jobs.view"), ("redirect_uri", CALLBACK)]);
    let (status, headers, page) =
        whole(&app.scene.acme, Method::GET, &format!("/oauth/authorize?{query}"), &[], "").await;
    assert_eq!(status, 200, "{page}");
    assert!(
        page.contains("Allow Scouts &lt;&amp;&gt; to act for you?") && page.contains("see the jobs that you see"),
        "{page}"
    );
    assert!(page.contains("value=\"a b&amp;c\"") && !page.contains("see the prospect pools"), "{page}");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(
        policy.contains("form-action 'self' https://scouts.example.com;") && policy.contains("frame-ancestors 'none'")
    );

    let code = app.granted(&[("scope", "candidates.create jobs.view"), ("redirect_uri", CALLBACK)]).await;
    let wrong = app.token(&[("grant_type", "authorization_code"), ("code", &code)]).await;
    assert_eq!((wrong.0, wrong.1["error"].as_str()), (400, Some("invalid_grant")), "redirect_uri is not repeated");
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
    let (status, said) = app.token(&form).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!((&said["token_type"], &said["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(said["scope"], "candidates.create jobs.view");
    let access = said["access_token"].as_str().unwrap();

    assert_eq!(app.with(access, "/v1/partner/current_user").await, 200);
    assert_eq!(app.with(access, "/v1/partner/jobs").await, 200);
    assert_eq!(app.with(access, "/v1/partner/prospect_pools").await, 403, "that was not granted");
    assert_eq!(app.with(access, "/v1/partner/candidates?candidate_ids=1").await, 403);
    assert_eq!(app.with(access, "/v1/candidates").await, 401, "Harvest knows no bearer");
    let body = json!({"first_name": "Harry", "last_name": "Potter", "external_id": "1"}).to_string();
    let bearer = format!("Bearer {access}");
    let headers = [("Authorization", bearer.as_str()), ("On-Behalf-Of", "")];
    let made = app.scene.acme.ask(Method::POST, "/v1/partner/candidates", Some(body), &headers).await;
    assert_eq!(made.status, 201, "{made}");
    let shown = app.scene.acme.get(&format!("/v1/applications/{}", made.json["application_id"])).await.json;
    assert_eq!((&shown["source"]["id"], &shown["credited_to"]["id"]), (&json!(app.scene.source_id), &json!(1)));
    app.scene.acme.pass(3_600_000);
    assert_eq!(app.with(access, "/v1/partner/jobs").await, 401, "an hour is over");

    let stored = app.scene.acme.house.read(async |look| {
        let rows = look.tx.rows("select access_hash, code_hash from oauth_grants", &[]).await?;
        Ok((rows[0].get::<String>(0)?, rows[0].get::<String>(1)?))
    });
    assert_eq!(stored.await.unwrap(), (hash(access), hash(&code)), "only hashes are kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_sure_is_sent_nowhere() {
    let app = App::add().await;
    let get = async |query: String| {
        let (status, headers, text) =
            whole(&app.scene.acme, Method::GET, &format!("/oauth/authorize?{query}"), &[], "").await;
        (status, headers.get("location").map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default(), text)
    };
    for query in [
        app.ask(&[("client_id", "nobody")]),
        app.ask(&[("client_id", "%00")]),
        app.ask(&[("redirect_uri", "https://scouts.example.com/back")]),
        app.ask(&[("redirect_uri", "https://scouts.example.com.evil.example/back?from=orangery")]),
        String::new(),
    ] {
        let (status, to, text) = get(query).await;
        assert_eq!((status, to.as_str()), (400, ""), "{text}");
        assert!(text.contains("<html"), "{text}");
    }
    for (more, error) in [
        (("response_type", "token"), "error=unsupported_response_type"),
        (("scope", "candidates.delete"), "error=invalid_scope"),
        (("code_challenge", "short"), "error=invalid_request"),
    ] {
        let (status, to, _) = get(app.ask(&[more])).await;
        assert_eq!(status, 303);
        assert!(to.starts_with(CALLBACK) && to.contains(error) && to.contains("state=a+b%26c"), "{to}");
    }
    let (status, to, _) = app.decide(&format!("{}&decision=deny", app.ask(&[]))).await;
    assert!(status == 303 && to.contains("error=access_denied"), "{to}");
    for code in ["", "once_wrong", "%00"] {
        let (status, to, text) = app.decide(&format!("{}&decision=grant&code={code}", app.ask(&[]))).await;
        assert!(status == 422 && to.is_empty() && text.contains("This code is not good"), "{text}");
    }
    let once = app.once().await;
    let form = format!("{}&decision=grant&code={once}", app.ask(&[]));
    assert_eq!(app.decide(&form).await.0, 303);
    assert_eq!(app.decide(&form).await.0, 422, "once is once");
    let old = app.once().await;
    app.scene.acme.pass(24 * 3_600_000);
    assert_eq!(app.decide(&format!("{}&decision=grant&code={old}", app.ask(&[]))).await.0, 422, "and within a day");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_live_shortly_and_refresh_tokens_rotate() {
    let app = App::add().await;
    let late = app.granted(&[]).await;
    app.scene.acme.pass(60_000);
    let said = app.token(&[("grant_type", "authorization_code"), ("code", &late)]).await;
    assert_eq!((said.0, said.1["error"].as_str()), (400, Some("invalid_grant")), "after a minute");

    let code = app.granted(&[]).await;
    let (first, refresh) = app.exchanged(&code).await;
    let (status, said) = app.token(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await;
    assert_eq!(status, 200, "{said}");
    let second = said["access_token"].as_str().unwrap();
    assert_eq!(app.with(&first, "/v1/partner/jobs").await, 401, "another took its place");
    assert_eq!(app.with(second, "/v1/partner/jobs").await, 200);
    let (status, said) = app.token(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await;
    assert_eq!((status, said["error"].as_str()), (400, Some("invalid_grant")), "it was used before");
    assert_eq!(app.with(second, "/v1/partner/jobs").await, 401, "so one of the two who have it is a thief");

    let code = app.granted(&[]).await;
    let (access, _) = app.exchanged(&code).await;
    assert_eq!(app.token(&[("grant_type", "authorization_code"), ("code", &code)]).await.0, 400);
    assert_eq!(app.with(&access, "/v1/partner/jobs").await, 401, "a code that comes twice ends what it gave");

    let verifier = "a-verifier-of-forty-three-characters-or-more-it-is";
    let digest = hex::decode(hash(verifier)).unwrap();
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(digest);
    let code = app.granted(&[("code_challenge", &challenge), ("code_challenge_method", "S256")]).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str())];
    assert_eq!(app.token(&form).await.1["error"], "invalid_grant", "without its verifier");
    let mut form = form.to_vec();
    form.push(("code_verifier", verifier));
    assert_eq!(app.token(&form).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_for_who_has_the_secret() {
    let app = App::add().await;
    let code = app.granted(&[]).await;
    let ask = async |headers: &[(&str, &str)], body: &str| {
        let (status, _, text) = whole(&app.scene.acme, Method::POST, "/oauth/token", headers, body).await;
        (status, serde_json::from_str::<Value>(&text).unwrap()["error"].as_str().unwrap_or_default().to_owned())
    };
    let form = format!("grant_type=authorization_code&code={code}");
    assert_eq!(ask(&[], &form).await, (401, "invalid_client".to_owned()));
    let wrong = format!("{form}&client_id={}&client_secret=wrong", app.key);
    assert_eq!(ask(&[], &wrong).await, (401, "invalid_client".to_owned()));
    for (form, error) in [
        (vec![("grant_type", "password")], "unsupported_grant_type"),
        (vec![("code", code.as_str())], "invalid_request"),
        (vec![("grant_type", "authorization_code")], "invalid_request"),
        (vec![("grant_type", "refresh_token")], "invalid_request"),
        (vec![("grant_type", "refresh_token"), ("refresh_token", "x"), ("scope", "y")], "invalid_scope"),
        (vec![("grant_type", "refresh_token"), ("refresh_token", "x")], "invalid_grant"),
    ] {
        let said = app.token(&form).await;
        assert_eq!((said.0, said.1["error"].as_str()), (400, Some(error)));
    }
    use base64::prelude::BASE64_STANDARD;
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", app.key, app.secret)));
    assert_eq!(ask(&[("Authorization", &basic)], &form).await, (200, String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_withdraws_and_a_partner_is_shut_out() {
    let app = App::add().await;
    let acme = &app.scene.acme;
    let (access, refresh) = app.exchanged(&app.granted(&[]).await).await;
    let grants = acme.get("/api/v1/oauth/grants?user_id=1").await.json;
    let path = format!("/api/v1/oauth/grants/{}/withdraw", grants[0]["id"]);
    for _ in 0..2 {
        assert_eq!(acme.post(&path, json!({})).await.status, 200);
    }
    assert_eq!(app.with(&access, "/v1/partner/jobs").await, 401);
    assert_eq!(app.token(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await.0, 400);

    let (access, _) = app.exchanged(&app.granted(&[]).await).await;
    let renewed = acme.post(&format!("/api/v1/oauth/applications/{}/secret", app.id), json!({})).await;
    assert_ne!(renewed.json["consumer_secret"].as_str().unwrap(), app.secret);
    assert_eq!(app.with(&access, "/v1/partner/jobs").await, 200, "tokens stay good");
    let path = format!("/api/v1/oauth/applications/{}", app.id);
    let edited = acme.patch(&path, json!({"callback_url": "http://scouts.example.com/back"})).await;
    assert_eq!(edited.status, 422, "{edited}");
    assert_eq!(acme.patch(&path, json!({"name": "Scouts"})).await.json["name"], "Scouts");
    assert_eq!(acme.post(&format!("{path}/revoke"), json!({})).await.status, 200);
    assert_eq!(app.with(&access, "/v1/partner/jobs").await, 401);
    let listed = acme.get("/api/v1/oauth/applications").await;
    assert!(listed.json[0]["revoked_at"].is_string() && listed.json[0].get("consumer_secret").is_none(), "{listed}");
    assert_eq!(acme.fired().await, "", "nothing of this fires");
}
