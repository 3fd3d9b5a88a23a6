//! Bearer tokens by client credentials: renewed before they end, and when one is refused.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderValue;
use courier::{
    client::Client,
    oauth::{Oauth, Token, Tokens},
};
use futures_util::future::BoxFuture;

use crate::{house::USER_AGENT, import::reader::Authorize};

/// Who moves in.
#[derive(Clone)]
pub struct Credentials {
    pub token_url: String,
    pub client_id: String,
    pub client_secret: String,
}

pub struct Bearer {
    tokens: Arc<Tokens>,
    shown: Mutex<Option<Arc<Token>>>,
}

impl Bearer {
    pub fn new(credentials: &Credentials) -> Result<Self, String> {
        let Credentials { token_url, client_id, client_secret } = credentials;
        let oauth = Oauth { token_url: token_url.clone(), client_id: client_id.clone(), scope: None };
        let tokens = Tokens::new(&oauth, client_secret, HeaderValue::from_static(USER_AGENT))?;
        Ok(Self { tokens: Arc::new(tokens), shown: Mutex::default() })
    }
}

impl Authorize for Bearer {
    fn header<'a>(&'a self, client: &'a Client, refused: bool) -> BoxFuture<'a, Result<HeaderValue, String>> {
        Box::pin(async move {
            let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(token) = shown.filter(|_| refused) {
                self.tokens.forget(&token);
            }
            let token = self.tokens.get(client).await?;
            *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
            Ok(token.header())
        })
    }
}
