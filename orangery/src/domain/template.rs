//! Texts with tokens, such as `{{CANDIDATE_FIRST_NAME}}`, filled in. The list is closed, and what has no value refuses the whole: nobody is to
//! get a mail with a hole in it.

use crate::{words, words::Word};

words! {
    /// What a text can name.
    Token {
        CandidateName = "CANDIDATE_NAME", CandidateFirstName = "CANDIDATE_FIRST_NAME",
        CandidateLastName = "CANDIDATE_LAST_NAME", JobName = "JOB_NAME", Company = "COMPANY",
        MyFirstName = "MY_FIRST_NAME", MyLastName = "MY_LAST_NAME", MyFullName = "MY_FULL_NAME",
        MyEmailAddress = "MY_EMAIL_ADDRESS",
    }
}

/// What the text is put into: there a value must not be taken for anything else.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    Plain,
    Html,
}

/// `text` with its tokens filled in, or what is wrong with it. Values are not looked at for tokens of their own.
pub fn fill(text: &str, form: Form, value: impl Fn(Token) -> Result<String, String>) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            return Err("has {{ without }}".to_owned());
        };
        let name = name.trim();
        let token = Token::parse(&name.to_ascii_uppercase());
        let token = token.ok_or_else(|| {
            let name: String = name.chars().take(100).collect();
            format!("has the token {name:?}, which is none of: {}", Token::list())
        })?;
        // One line, whatever stands in the name.
        let value = value(token)?.split_whitespace().collect::<Vec<_>>().join(" ");
        match form {
            Form::Plain => filled.push_str(&value),
            Form::Html => escape(&value, &mut filled),
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

fn escape(value: &str, into: &mut String) {
    for it in value.chars() {
        match it {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            '\'' => into.push_str("&#39;"),
            it => into.push(it),
        }
    }
}
