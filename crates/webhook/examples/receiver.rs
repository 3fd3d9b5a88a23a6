//! A whole receiver, by axum:
//!
//! ```sh
//! ORANGERY_SECRET=s3cret cargo run -p orangery-webhook --example receiver -- 127.0.0.1:9000
//! ```
//!
//! It remembers in memory what it has done. A real one remembers where its work is: the id goes into the database in the
//! transaction that does the work.

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
    done: Mutex<HashSet<String>>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = env::var("ORANGERY_SECRET").map_err(|_| "ORANGERY_SECRET is not set: the endpoint's secret")?;
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9000".to_owned());

    let receiver = Arc::new(Receiver { secret, done: Mutex::default() });
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, Router::new().route("/", post(receive)).with_state(receiver)).await?;
    Ok(())
}

/// `body` is what was signed, byte for byte: axum's `Json` would lose that.
async fn receive(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default();

    if let Err(why) = verify(&receiver.secret, header("signature"), &body) {
        eprintln!("refused: {why}");
        return StatusCode::UNAUTHORIZED;
    }

    let id = header("greenhouse-event-id");
    let mut done = receiver.done.lock().expect("nobody panics while holding it");
    if done.contains(id) {
        println!("{id} again");
        return StatusCode::OK;
    }

    match Event::parse(&body) {
        Ok(event) => println!("{id} {}{}", event.action(), about(&event)),
        // The same bytes would come again, and be no clearer then.
        Err(why) => eprintln!("{id} not understood: {why}"),
    }

    // Last of all: what fails before this comes again.
    done.insert(id.to_owned());
    StatusCode::OK
}

fn about(event: &Event) -> String {
    match event {
        Event::Ping(_) => ": the endpoint was saved".to_owned(),
        Event::OfferCreated(it) | Event::OfferApproved(it) | Event::OfferUpdated(it) => {
            format!(": offer {}, version {}, {}", it.id, it.version, it.offer_status)
        }
        Event::JobCreated(it) | Event::JobUpdated(it) => format!(": {}", it.job.name),
        Event::DeleteCandidate(it) | Event::MergeCandidate(it) => {
            format!(": {} {}", it.person.first_name, it.person.last_name)
        }
        other => match other.candidate() {
            Some(it) => format!(": {} {}", it.first_name, it.last_name),
            None => String::new(),
        },
    }
}
