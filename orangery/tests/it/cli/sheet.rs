//! Tables of candidates, prospects and jobs: all lines come in by the verbs, or none does and the report says why.

use expect_test::expect;
use serde_json::Value as Json;

use super::{Home, Said, backup::block_on};
use crate::dump;

fn url(home: &Home) -> String {
    let inside = || format!("sqlite:{}", home.path("orangery-data/orangery.db").display());
    home.database.clone().unwrap_or_else(inside)
}

/// The rows that `sql` selects, each of one text.
fn texts(home: &Home, sql: &str) -> Vec<String> {
    block_on(async {
        let pool = dump::open(&url(home)).await;
        let rows = pool.read().await.unwrap().rows(sql, &[]).await.unwrap();
        rows.iter().map(|it| it.get::<Option<String>>(0).unwrap().unwrap_or_default()).collect()
    })
}

fn count(home: &Home, table: &str) -> i64 {
    block_on(async {
        let pool = dump::open(&url(home)).await;
        pool.read().await.unwrap().count(&format!("select count(*) from {table}"), &[]).await.unwrap()
    })
}

fn write(home: &Home, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(home.path(name), bytes).unwrap();
}

fn report(home: &Home, name: &str) -> String {
    std::fs::read_to_string(home.path(name)).unwrap()
}

/// A house with a user, two jobs from a table, and custom fields.
fn furnished() -> Home {
    let home = Home::of_the_test();
    home.good(&["user", "add", "--name", "Ada Lacey", "--email", "ada@example.com", "--role", "site-admin"]);
    write(
        &home,
        "jobs.csv",
        "Name;Requisition ID;Openings;Notes\nDesigner;D-1;2;\"two\nlines; of it\"\nEngineer;E-1;;\n",
    );
    let said = home.good(&["import", "jobs.csv", "--kind", "jobs"]);
    assert_eq!(said, "2 lines: 2 created, 0 updated, 0 left as they are\n");
    block_on(async {
        let pool = dump::open(&url(&home)).await;
        let tx = pool.begin().await.unwrap();
        let field = "insert into custom_fields (field_type, value_type, name, name_key, priority, private, required, require_approval, \
             trigger_new_version, expose_in_job_board_api, api_only, active, department_ids, office_ids, created_at, updated_at) \
             values ($1, $2, $3, $4, 1, $5, $5, $5, $5, $5, $5, $6, '[]', '[]', 0, 0)";
        for (of, kind, name, key) in [
            ("candidate", "single_select", "Desired level", "desired_level"),
            ("candidate", "currency", "Salary wish", "salary"),
            ("application", "yes_no", "Relocates", "relocates"),
        ] {
            tx.execute(field, sql::params![of, kind, name, key, false, true]).await.unwrap();
        }
        let option =
            "insert into custom_field_options (custom_field_id, name, priority, active) values (1, 'Senior', 1, $1)";
        tx.execute(option, sql::params![true]).await.unwrap();
        tx.commit().await.unwrap();
    });
    home
}

const PEOPLE: &str = "First name,Last name,E-mail address,Work email,Mobile phone,Job,Current stage,Source,Tags,Recruiter,Applied on,\
    Notes,Desired level,salary,Relocates,ID\n\
    Ada,Byron,ada@byron.org,,+44 1,D-1,Face to Face,LinkedIn,\"maths, engines\",ada@example.com,2026-05-04,\"A note,\nof two lines\",senior,\
    80000 eur,yes,A1\n\
    Zoë,Ünal,\"zoe@unal.org; z@unal.org\",zoe@work.org,,engineer,,,,,,,,,,\n";

#[test]
fn people_come_with_all_that_the_table_says() {
    let home = furnished();
    write(&home, "people.csv", format!("\u{feff}{PEOPLE}"));
    let dry = ["import", "people.csv", "--kind", "candidates", "--dry-run"];
    expect![[r#"
        First name      first_name
        Last name       last_name
        E-mail address  email
        Work email      email
        Mobile phone    phone
        Job             job
        Current stage   stage
        Source          source
        Tags            tags
        Recruiter       recruiter
        Applied on      applied_at
        Notes           note
        Desired level   custom.desired_level
        salary          custom.salary
        Relocates       application.relocates
        ID              external_id

        line 2: a new candidate
          first_name     Ada
          last_name      Byron
          external_id    A1
          recruiter      Ada Lacey
          email          ada@byron.org
          phone          +44 1
          tags           maths
          tags           engines
          Desired level  senior
          Salary wish    80000 eur
          note           A note, of two lines
          applied_at     2026-05-04T00:00:00Z
          job            Designer
          stage          Face to Face
          source         LinkedIn
          Relocates      yes

        line 4: a new candidate
          first_name     Zoë
          last_name      Ünal
          email          zoe@unal.org
          email          z@unal.org
          email          zoe@work.org
          job            Engineer

        2 lines: 2 would be created, 0 updated, 0 left as they are
    "#]]
    .assert_eq(&home.good(&dry));
    assert_eq!(count(&home, "candidates"), 0, "nothing happened");

    home.good(&["import", "people.csv", "--kind", "candidates"]);
    let all = "select first_name || ' ' || last_name || ' ' || coalesce(external_id, '-') || ' ' || custom from candidates order by id";
    expect![[r#"
        Ada Byron A1 {"1":1,"2":{"amount":"80000","unit":"EUR"}}
        Zoë Ünal - {}"#]]
    .assert_eq(&texts(&home, all).join("\n"));
    let contacts = "select kind || ' ' || value || ' ' || coalesce(label, '-') from contacts order by id";
    expect![[r#"
        email ada@byron.org other
        phone +44 1 mobile
        email zoe@unal.org other
        email z@unal.org other
        email zoe@work.org work"#]]
    .assert_eq(&texts(&home, contacts).join("\n"));
    let applications = "select j.name || ', ' || s.name || ', ' || coalesce(o.name, '-') || ', ' || a.custom from applications a \
                        join jobs j on j.id = a.job_id join stages s on s.id = a.stage_id left join sources o on o.id = a.source_id order by a.id";
    expect![[r#"
        Designer, Face to Face, LinkedIn, {"3":true}
        Engineer, Application Review, -, {}"#]]
    .assert_eq(&texts(&home, applications).join("\n"));
    assert_eq!(texts(&home, "select name from tags order by id"), ["maths", "engines"]);
    assert_eq!(texts(&home, "select body from feed_items where kind = 'note'"), ["A note,\nof two lines"]);
    assert_eq!(count(&home, "applications where applied_at = 1777852800000000"), 1);
    assert_eq!(count(&home, "journal"), 0, "no web hooks");
    assert!(count(&home, "audit_records where request = 'orangery import'") > 10);
}

#[test]
fn whatever_the_encoding_and_the_delimiter() {
    let home = furnished();
    let semicolons = "Vorname;Nachname;E-Mail\nJörg;Müller;j@example.org\n";
    let latin: Vec<u8> = semicolons.chars().map(|it| u8::try_from(u32::from(it)).unwrap()).collect();
    let wide: Vec<u8> =
        "\u{feff}Name\tE-mail\r\nZoë Ünal\tz@example.org\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    write(&home, "latin.csv", latin);
    write(&home, "wide.csv", wide);
    write(&home, "utf8.csv", "name,email\r\n\"Doe, Jane\",jane@example.org\r\n");
    let prospects = |name: &str| home.run(&["import", name, "--kind", "prospects"]);
    let said = prospects("latin.csv");
    assert!(said.code == 0 && said.err.contains("was read as Windows-1252"), "{said:?}");
    assert_eq!((prospects("wide.csv").code, prospects("utf8.csv").code), (0, 0));
    let names = texts(&home, "select first_name || '|' || last_name from candidates order by id");
    assert_eq!(names, ["Jörg|Müller", "Zoë|Ünal", "Jane|Doe"]);

    for (name, bytes, why) in [
        ("book.xlsx", b"PK\x03\x04....".as_slice(), "it is a workbook"),
        ("strange.csv", b"name\nJ\x81rg M\n", "line 2 is neither UTF-8 nor Windows-1252"),
        ("empty.csv", b"", "it is empty"),
        ("zero.csv", b"name\nA\0 B\n", "bytes that are no text"),
        ("unknown.csv", b"name,Shoe size\nA B,1\n", "--map \"Shoe size=-\""),
        ("nameless.csv", b"email\na@example.org\n", "no column is the name of a prospect"),
        ("twice.csv", b"name,Full name\nA B,A B\n", "are both name"),
    ] {
        write(&home, name, bytes);
        let said = prospects(name);
        assert!(
            said.code == 1 && said.err.contains(why) && said.err.contains("nothing was imported"),
            "{name}: {said:?}"
        );
    }
    let said = home.run(&["import", "utf8.csv"]);
    assert!(said.code == 1 && said.err.contains("--kind candidates, prospects or jobs"), "{said:?}");
    let said = home.run(&["import", "utf8.csv", "--kind", "prospects", "--map", "name=nome"]);
    assert!(
        said.code == 1 && said.err.contains("there is no field \"nome\"") && said.err.contains("first_name"),
        "{said:?}"
    );
    assert_eq!(count(&home, "candidates"), 3);
}

#[test]
fn one_wrong_line_and_nothing_is_imported() {
    let home = furnished();
    write(
        &home,
        "people.csv",
        "First name,Last name,E-mail,Job,Stage,Source,Applied,Desired level,Can email\n\
         Good,One,good@example.org,D-1,,,,,\n\
         ,Noname,\"no\nmail\",D-1,,,,,\n\
         A,B,a@example.org,Astronaut,,Nowhere,yesterday,,\n\
         C,D,c@example.org,Designer,Nonsense,,2099-01-01,Junior,perhaps\n\
         E,F\n\
         G,H,good@example.org,D-1,,,,,\n\
         I,J,,,,,,,\n",
    );
    let said = home.run(&["import", "people.csv", "--kind", "candidates"]);
    assert_eq!(said.code, 1);
    expect![[r#"
        orangery: people.csv: 6 of 7 lines are wrong; nothing was imported. The first: line 3: There is no first name. All of it: people.csv.errors.csv
    "#]].assert_eq(&said.err);
    expect![[r#"
        line,column,value,error
        3,,,There is no first name
        3,E-mail,"no
        mail","""no"" is no e-mail address"
        3,E-mail,"no
        mail","""mail"" is no e-mail address"
        5,Applied,yesterday,"Must be a day or a time such as 2026-08-22, 2026-08-22 10:30 or 2026-08-22T10:30:00Z"
        5,Job,Astronaut,"There is no job ""Astronaut"", by requisition, name or id"
        6,Can email,perhaps,Must be yes or no
        6,Applied,2099-01-01,Must not lie in the future
        6,Stage,Nonsense,"There is no stage of that job ""Nonsense""; there are Application Review, Preliminary Phone Screen, Phone Interview, Face to Face, Offer"
        7,,,"The line has 2 cells, but there are 9 columns; is a quote or a ',' lost, or one too many?"
        8,,,good@example.org is line 2 already; --on-duplicate skip or update says what to do
        9,,,"There is no job: a candidate applies for one; --set job=… names it for all, --kind prospects needs none"
    "#]].assert_eq(&report(&home, "people.csv.errors.csv"));
    for table in ["candidates", "applications", "contacts", "journal", "tags"] {
        assert_eq!(count(&home, table), 0, "{table}");
    }
    let said = home.run(&["import", "people.csv", "--kind", "candidates", "--dry-run", "--json", "--report", "r.csv"]);
    let json: Json = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, json["created"].as_i64(), json["report"].as_str()), (1, Some(1), Some("r.csv")));
    assert_eq!(report(&home, "r.csv"), report(&home, "people.csv.errors.csv"));
}

#[test]
fn who_is_there_is_skipped_updated_or_refused() {
    let home = furnished();
    write(
        &home,
        "one.csv",
        "name,email,Company,Tags,Notes,external id\nAda Byron,ADA@byron.org,Engines,maths,hello,A1\n",
    );
    let import = |name: &str, then: &str| -> Said {
        home.run(&["import", name, "--kind", "candidates", "--set", "job=D-1", "--on-duplicate", then])
    };
    assert_eq!(import("one.csv", "error").code, 0);
    let again = import("one.csv", "error");
    assert!(
        again.err.contains("ada@byron.org is candidate 1 already") && again.err.contains("--on-duplicate"),
        "{again:?}"
    );
    assert_eq!(import("one.csv", "skip").out, "1 line: 0 created, 0 updated, 1 left as they are\n");

    write(
        &home,
        "two.csv",
        "name,email,phone,Title,Tags,Notes,external id,job\n\
         Ada Lovelace,ada@byron.org,555,Countess,poetry,hello,,Engineer\n\
         Bob Hope,bob@example.org,,,,,B1,\n\
         Bob Hope,bob2@example.org,,Comedian,,,B1,\n",
    );
    assert_eq!(import("two.csv", "update").out, "3 lines: 1 created, 2 updated, 0 left as they are\n");
    let all = "select first_name || ' ' || last_name || ', ' || coalesce(company, '-') || ', ' || coalesce(title, '-') || ', ' || \
               external_id from candidates order by id";
    assert_eq!(texts(&home, all), ["Ada Lovelace, Engines, Countess, A1", "Bob Hope, -, Comedian, B1"]);
    let values = "select candidate_id || ' ' || value from contacts order by candidate_id, id";
    assert_eq!(texts(&home, values), ["1 ADA@byron.org", "1 555", "2 bob@example.org", "2 bob2@example.org"]);
    let tags = "select t.name from candidate_tags c join tags t on t.id = c.tag_id order by c.id";
    assert_eq!(texts(&home, tags), ["maths", "poetry"]);
    assert_eq!(count(&home, "feed_items where kind = 'note'"), 1, "the same note is there once");
    let jobs = "select c.last_name || ' ' || j.name from applications a join jobs j on j.id = a.job_id \
                join candidates c on c.id = a.candidate_id order by a.id";
    assert_eq!(texts(&home, jobs), ["Lovelace Designer", "Lovelace Engineer", "Hope Designer"]);

    // Two who are there may be meant: that is for a person to say.
    write(&home, "both.csv", "name,email\nWho Knows,ada@byron.org; bob@example.org\n");
    assert!(import("both.csv", "update").err.contains("any of the candidates 1, 2"));
    write(&home, "jobs2.csv", "Job title,Req ID,Level\nSenior designer,D-1,3\n");
    assert!(home.run(&["import", "jobs2.csv", "--kind", "jobs"]).err.contains("The requisition is job 1 already"));
    home.good(&["import", "jobs2.csv", "--kind", "jobs", "--on-duplicate", "update"]);
    assert_eq!(
        texts(&home, "select name || ' ' || coalesce(level, '-') from jobs order by id"),
        ["Senior designer 3", "Engineer -"]
    );
    assert_eq!(count(&home, "openings"), 3, "those that were there");
    assert_eq!(count(&home, "journal"), 0);
}

#[test]
fn mappings_are_kept_and_hooks_fire_if_asked() {
    let home = furnished();
    write(&home, "people.csv", "Who,Reach,Wish,Junk\nAda Byron,ada@byron.org,80000 EUR,x\n");
    let maps = ["--map", "Who=name", "--map", "Reach=email", "--map", "Wish=custom.salary", "--map", "Junk=-"];
    let first = [
        &[
            "import",
            "people.csv",
            "--kind",
            "prospects",
            "--save-mapping",
            "m.toml",
            "--dry-run",
            "--set",
            "source=LinkedIn",
        ],
        &maps[..],
    ];
    home.good(&first.concat());
    expect![[r##"
        # Which column is which field, for: orangery import --mapping m.toml
        kind = "prospects"

        [columns]
        Junk = "-"
        Reach = "email"
        Who = "name"
        Wish = "custom.salary"

        [set]
        source = "LinkedIn"
    "##]]
    .assert_eq(&report(&home, "m.toml"));
    let json = &home.json(&["import", "people.csv", "--mapping", "m.toml", "--fire-hooks", "--json"])[0];
    assert_eq!((json["created"].as_i64(), json["columns"]["Wish"].as_str()), (Some(1), Some("custom.salary")));
    assert_eq!(texts(&home, "select action from journal"), ["new_prospect_application"]);
    assert_eq!(texts(&home, "select custom from candidates"), [r#"{"2":{"amount":"80000","unit":"EUR"}}"#]);
}
