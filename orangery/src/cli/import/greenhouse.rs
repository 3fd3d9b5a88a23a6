//! What Harvest v3 asks who comes: client credentials, for which bearer tokens are given.

use std::path::PathBuf;

use clap::Args;

use crate::import::greenhouse::{Credentials, TOKEN_URL};

#[derive(Args)]
#[group(skip)]
pub struct V3 {
    /// The other server is Greenhouse: it speaks Harvest v3
    #[arg(long)]
    v3: bool,
    /// With --v3: the id of the credential
    #[arg(long, env = "ORANGERY_IMPORT_CLIENT_ID", value_name = "ID")]
    client_id: Option<String>,
    /// With --v3: its secret
    #[arg(long, env = "ORANGERY_IMPORT_CLIENT_SECRET", hide_env_values = true, value_name = "SECRET")]
    client_secret: Option<String>,
    /// With --v3: a file with that secret, which no list of processes shows
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// With --v3: where tokens are given
    #[arg(long, value_name = "URL", default_value = TOKEN_URL, hide_short_help = true)]
    token_url: String,
}

impl V3 {
    /// None where another version is spoken.
    pub fn credentials(&self) -> Result<Option<Credentials>, String> {
        if !self.v3 {
            return Ok(None);
        }
        let client_id = self.client_id.as_deref().map(str::trim).filter(|it| !it.is_empty());
        let client_id =
            client_id.ok_or("Harvest v3 wants a credential: --client-id ID, or ORANGERY_IMPORT_CLIENT_ID")?;
        let secret = match (&self.client_secret_file, &self.client_secret) {
            (Some(path), _) => std::fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))?,
            (None, Some(secret)) => secret.clone(),
            (None, None) => String::new(),
        };
        let client_secret = secret.trim().to_owned();
        if client_secret.is_empty() {
            let ways = "--client-secret-file FILE, --client-secret SECRET, or ORANGERY_IMPORT_CLIENT_SECRET";
            return Err(format!("the credential has a secret: {ways}"));
        }
        Ok(Some(Credentials { token_url: self.token_url.clone(), client_id: client_id.to_owned(), client_secret }))
    }
}
