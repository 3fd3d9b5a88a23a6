//! Addresses inside the house, as they leave it: pages of candidates and jobs, and signed links to files (GEN-4: good for 7 days).

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};

pub struct Links {
    /// Without a slash at its end.
    pub public_url: String,
    pub file_key: [u8; 32],
}

impl Links {
    pub fn person(&self, candidate_id: i64) -> String {
        format!("{}/people/{candidate_id}", self.public_url)
    }

    pub fn application(&self, candidate_id: i64, application_id: i64) -> String {
        format!("{}/people/{candidate_id}?application_id={application_id}", self.public_url)
    }

    /// Where people come by a tracking link (TRK-1).
    pub fn tracked(&self, token: &str) -> String {
        format!("{}/t/{token}", self.public_url)
    }

    pub fn job(&self, job_id: i64) -> String {
        format!("{}/sdash/{job_id}", self.public_url)
    }

    /// A post on a board.
    pub fn post(&self, board: &str, post_id: i64) -> String {
        format!("{}/boards/{board}/jobs/{post_id}", self.public_url)
    }

    pub fn kit(&self, kit_id: i64, candidate_id: i64) -> String {
        format!("{}/guides/{kit_id}/people/{candidate_id}", self.public_url)
    }

    /// A signed link to a stored file: `/files/{blob}/{filename}?expires=…&signature=…`.
    pub fn file(&self, blob: &str, filename: &str, now: Timestamp) -> String {
        let expires = (now + SignedDuration::from_hours(7 * 24)).as_second();
        let name = percent_encoding::utf8_percent_encode(filename, percent_encoding::NON_ALPHANUMERIC);
        format!(
            "{}/files/{blob}/{name}?expires={expires}&signature={}",
            self.public_url,
            self.sign(blob, filename, expires)
        )
    }

    /// Whether such a link is ours and still good.
    pub fn is_good(&self, blob: &str, filename: &str, expires: i64, signature: &str, now: Timestamp) -> bool {
        use subtle::ConstantTimeEq;
        let same = self.sign(blob, filename, expires).as_bytes().ct_eq(signature.as_bytes());
        bool::from(same) && now.as_second() <= expires
    }

    fn sign(&self, blob: &str, filename: &str, expires: i64) -> String {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&self.file_key).expect("HMAC takes keys of any length");
        mac.update(format!("{blob}\n{filename}\n{expires}").as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }
}
