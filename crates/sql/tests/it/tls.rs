//! What an address may say of TLS. That it is done is seen with a server that has a certificate, by hand.

use sql::{Error, Options, Pool};

/// Nobody listens there: what is wrong with the address is told before anybody is called.
async fn opened(query: &str) -> Error {
    let url = format!("postgres://nobody@127.0.0.1:1/none?{query}");
    match Pool::open(&url, Options::default()).await {
        Ok(_) => panic!("nobody listens there"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn the_words_are_those_of_libpq() {
    for mode in ["disable", "prefer", "require", "verify-ca", "verify-full"] {
        let error = opened(&format!("sslmode={mode}")).await;
        let empty = matches!(&error, Error::Unavailable(why) if why.starts_with("TLS: "));
        // A machine without any authorities can't verify.
        assert!(matches!(error, Error::Unavailable(_)) && (!empty || mode.starts_with("verify")), "{mode}: {error}");
    }
    for (query, said) in [
        ("sslmode=maybe", "sslmode=maybe: it is disable"),
        ("sslmode=verify-full&sslrootcert=%2Fnowhere%2Fca.pem", "sslrootcert=/nowhere/ca.pem: "),
    ] {
        let error = opened(query).await;
        assert!(matches!(&error, Error::Database(why) if why.starts_with(said)), "{query}: {error}");
    }
}
