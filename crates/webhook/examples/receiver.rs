use std::{
    collections::HashSet,
    env,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use orangery_webhook::{Event, verify};

struct Receiver {
    secret: String,
    /// Ids; a real one is a table in your database.
    done: Mutex<HashSet<String>>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = env::var("ORANGERY_SECRET").map_err(|_| "ORANGERY_SECRET is not set")?;
    let port = env::var("PORT").unwrap_or_else(|_| "9000".to_owned());

    let receiver = Arc::new(Receiver { secret, done: Mutex::default() });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
    axum::serve(listener, Router::new().route("/", post(receive)).with_state(receiver)).await?;
    Ok(())
}

/// `body` is what was signed, byte for byte, which axum's `Json` would not give.
async fn receive(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default();

    if let Err(why) = verify(&receiver.secret, header("signature"), &body) {
        eprintln!("refused: {why}");
        return StatusCode::UNAUTHORIZED;
    }

    let id = header("greenhouse-event-id");
    if id.is_empty() {
        return StatusCode::BAD_REQUEST;
    }
    let mut done = receiver.done.lock().expect("nobody panics while holding it");
    if !done.contains(id) {
        match Event::parse(&body) {
            Ok(event) => work(id, &event),
            // The same bytes would come again, and be no clearer then.
            Err(why) => eprintln!("{id} is not understood: {why}"),
        }
        done.insert(id.to_owned());
    }
    StatusCode::OK
}

fn work(id: &str, event: &Event) {
    println!("{id} {}", event.action());
    match event {
        Event::RejectCandidate(it) => println!("{} is out", it.application.candidate.first_name),
        Event::OfferCreated(offer) => println!("offer {}, version {}", offer.id, offer.version),
        _ => {}
    }
}
