//! `render_as`: trees as lists, or as trees (FIL-10).

use crate::{http::input::Fields, words};

words! {
    RenderAs { List = "list", Tree = "tree" }
}

impl RenderAs {
    pub fn read(it: &Fields<'_>) -> Self {
        it.word("render_as").unwrap_or(Self::List)
    }
}
