//! Full-text search: FTS5 on SQLite, `tsvector` and GIN on PostgreSQL, with the same meaning. Texts come as words that
//! are folded and cut already, so that neither database's own idea of a word matters.
//!
//! An index has a row per thing, and in it three columns: what matters most, what matters less, and the rest. Where
//! words were found is the rank: a hit in the first column comes before one that needs the second, and so on; within a
//! rank the latest come first. So no more than the page that is asked for has to be looked at, however many there are.

use crate::{Dialect, Result, Row, Tx, Value, params};

/// What stands between two texts of one column, so that no phrase reaches from one into the other. No word holds it.
pub const BREAK: &str = "\u{e000}";

/// PostgreSQL knows no later place in a text than this.
pub const MOST_WORDS: usize = 16_000;

/// So many of the latest rows are looked at before the index is asked.
const LATEST: i64 = 5_000;

/// Words behind each other; of the last one only the beginning, if so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    pub words: Vec<String>,
    pub prefix: bool,
}

/// One of these must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub any: Vec<Phrase>,
}

/// All of these must be there, and none of those.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub all: Vec<Clause>,
    pub none: Vec<Clause>,
}

/// In how many of the three columns all that is wanted has to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    First,
    FirstTwo,
    All,
}

impl Tx {
    /// Keeps the words of a thing: of each column one text, the words by single blanks. There are at most
    /// [`MOST_WORDS`] of them together, marks of breaks included.
    pub async fn put_words(&self, index: &str, id: i64, columns: &[String; 3]) -> Result<()> {
        match self.dialect() {
            Dialect::Sqlite => {
                self.remove_words(index, id).await?;
                let [a, b, c] = columns;
                let sql = format!("insert into {index} (rowid, a, b, c) values ($1, $2, $3, $4)");
                self.execute(&sql, params![id, a, b, c]).await?;
            }
            Dialect::Postgres => {
                let [a, b, c] = vectors(columns);
                let sql = format!(
                    "insert into {index} (id, a, b, c) values ($1, cast(cast($2 as text) as tsvector),
                     cast(cast($3 as text) as tsvector), cast(cast($4 as text) as tsvector))
                     on conflict (id) do update set a = excluded.a, b = excluded.b, c = excluded.c"
                );
                self.execute(&sql, params![id, a, b, c]).await?;
            }
        }
        Ok(())
    }

    pub async fn remove_words(&self, index: &str, id: i64) -> Result<()> {
        let sql = match self.dialect() {
            Dialect::Sqlite => format!("delete from {index} where rowid = $1"),
            Dialect::Postgres => format!("delete from {index} where id = $1"),
        };
        self.execute(&sql, params![id]).await.map(drop)
    }

    /// The ids of what is wanted, the greatest first, at most `most`. `keep` is a condition on `{id}`, with parameters
    /// from `$3` on.
    pub async fn find_words(
        &self,
        index: &str,
        wanted: &Wanted,
        within: Within,
        keep: &str,
        params: &[Value],
        most: i64,
    ) -> Result<Vec<i64>> {
        let rows = match self.dialect() {
            Dialect::Sqlite => {
                let keep = keep.replace("{id}", &format!("{index}.rowid"));
                let sql =
                    format!("select rowid from {index} where {index} match $1 and {keep} order by rowid desc limit $2");
                let params = [&[Value::Text(matching(wanted, within)), Value::Int(most)], params].concat();
                self.rows(&sql, &params).await?
            }
            Dialect::Postgres => return self.find_vectors(index, wanted, within, keep, params, most).await,
        };
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The same on PostgreSQL. What stands with many is found among the latest rows; only if that is not enough the index
    /// is asked, which gives all of the hits there are before the first is known to be the latest.
    async fn find_vectors(
        &self,
        index: &str,
        wanted: &Wanted,
        within: Within,
        keep: &str,
        params: &[Value],
        most: i64,
    ) -> Result<Vec<i64>> {
        let column = match within {
            Within::First => "a",
            Within::FirstTwo => "b",
            Within::All => "c",
        };
        let mut params = [&[Value::Text(query(&wanted.all, " & ")), Value::Int(most)], params].concat();
        let mut wants = "t.v @@ cast(cast($1 as text) as tsquery)".to_owned();
        if !wanted.none.is_empty() {
            params.push(Value::Text(query(&wanted.none, " | ")));
            wants += &format!(" and not t.rest @@ cast(cast(${} as text) as tsquery)", params.len());
        }
        let keep = keep.replace("{id}", "t.id");
        let ids = |rows: Vec<Row>| rows.iter().map(|row| row.get(0)).collect::<Result<Vec<i64>>>();
        // Of what matters most there is little: names stand with few.
        if within != Within::First && most <= LATEST / 10 {
            let sql = format!(
                "with t as materialized (select t.id, t.{column} as v, t.c as rest from {index} t order by t.id desc limit {LATEST})
                 select t.id from t where {wants} and {keep} order by t.id desc limit $2"
            );
            let found = ids(self.rows(&sql, &params).await?)?;
            if found.len() as i64 >= most {
                return Ok(found);
            }
        }
        let wants = wants.replace("t.v", &format!("t.{column}")).replace("t.rest", "t.c");
        // The planner would rather read the whole table, or walk it by its ids in the hope of a hit: it takes the vectors
        // for short. A table of hits can't be walked.
        let sql = format!(
            "with hit as materialized (select t.id from {index} t where {wants} and {keep})
             select id from hit order by id desc limit $2"
        );
        let so = "select set_config('enable_seqscan', 'off', true), set_config('work_mem', '64MB', true), set_config('jit', 'off', true)";
        self.row(so, &[]).await?;
        let found = ids(self.rows(&sql, &params).await?)?;
        self.row("select set_config('enable_seqscan', 'on', true)", &[]).await?;
        Ok(found)
    }
}

/// The words of each column with those of the columns before it, each with its place.
fn vectors(columns: &[String; 3]) -> [String; 3] {
    let mut place = 0;
    let mut vector = String::new();
    columns.each_ref().map(|text| {
        for word in text.split(' ').filter(|it| !it.is_empty()) {
            place += 1;
            if word != BREAK {
                vector.push_str(&format!("{}:{place} ", quoted(word)));
            }
        }
        place += 1;
        vector.clone()
    })
}

/// What FTS5 is asked.
fn matching(wanted: &Wanted, within: Within) -> String {
    let columns = match within {
        Within::First => "{a} : ",
        Within::FirstTwo => "{a b} : ",
        Within::All => "",
    };
    let phrase = |it: &Phrase| format!("\"{}\"{}", it.words.join(" "), if it.prefix { " *" } else { "" });
    let clause = |it: &Clause| format!("({})", it.any.iter().map(phrase).collect::<Vec<_>>().join(" OR "));
    let clauses = |of: &[Clause], sign: &str| of.iter().map(clause).collect::<Vec<_>>().join(sign);
    let all = format!("{columns}({})", clauses(&wanted.all, " AND "));
    match wanted.none.is_empty() {
        true => all,
        false => format!("({all}) NOT ({})", clauses(&wanted.none, " OR ")),
    }
}

/// What PostgreSQL is asked.
fn query(clauses: &[Clause], sign: &str) -> String {
    let phrase = |it: &Phrase| {
        let last = it.words.len().saturating_sub(1);
        let word =
            |(n, word): (usize, &String)| format!("{}{}", quoted(word), if it.prefix && n == last { ":*" } else { "" });
        format!("({})", it.words.iter().enumerate().map(word).collect::<Vec<_>>().join(" <-> "))
    };
    let clause = |it: &Clause| format!("({})", it.any.iter().map(phrase).collect::<Vec<_>>().join(" | "));
    clauses.iter().map(clause).collect::<Vec<_>>().join(sign)
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"))
}
