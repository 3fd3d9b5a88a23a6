//! From an older schema to a newer one: shown, done whole or not at all, once.

use futures_util::join;
use orangery::schema::{
    MIGRATIONS,
    upgrade::{self, State},
};
use sql::Pool;

use crate::{acme, dump};

const NICE: &str = "-- Nicknames, and who knows them.\n\
    alter table candidates add column nickname text;\n\
    create table knowers (\n  id {id},\n  candidate_id bigint not null references candidates(id) on delete cascade\n);\n\
    create index knowers_candidate on knowers (candidate_id);\n\
    update organization set name = 'Acme of nicknames';\n";
/// It fails when most of it is done.
const BAD: &str = "create table knowers (\n  id {id},\n  name text not null\n);\n\
    update organization set name = 'Half done';\n\
    delete from users;\n\
    alter table candidates add column nickname text;\n\
    insert into knowers (name) values (null);\n";

/// A house with somebody in it.
async fn house() -> (tempfile::TempDir, String, Pool) {
    let folder = tempfile::tempdir().unwrap();
    let url = acme::database(&folder).await;
    let pool = dump::open(&url).await;
    assert_eq!(upgrade::state(&pool, MIGRATIONS).await.unwrap(), State::Empty);
    pool.migrate(MIGRATIONS).await.unwrap();
    let tx = pool.begin().await.unwrap();
    let user = "insert into users (first_name, last_name, site_admin, disabled, department_ids, office_ids, custom, created_at, updated_at) \
                values ('Ada', 'Lacey', $1, $2, '[]', '[]', '{}', 0, 0)";
    tx.execute(user, sql::params![true, false]).await.unwrap();
    tx.commit().await.unwrap();
    (folder, url, pool)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_upgrade_does_is_known_before() {
    let (_folder, _, pool) = house().await;
    assert_eq!(upgrade::state(&pool, MIGRATIONS).await.unwrap(), State::Current);
    assert!(matches!(upgrade::state(&pool, &[]).await.unwrap(), State::Unknown(it) if it == MIGRATIONS[0].0));

    let newer = [MIGRATIONS[0], ("0002_nicknames", NICE)];
    let State::Behind(steps) = upgrade::state(&pool, &newer).await.unwrap() else { panic!("it is behind") };
    assert_eq!((steps.len(), steps[0].name.as_str()), (1, "0002_nicknames"));
    assert_eq!(steps[0].about, "Nicknames, and who knows them.");
    let words: Vec<String> = steps[0].statements.iter().map(|it| upgrade::in_words(it)).collect();
    assert_eq!(
        words,
        [
            "adds the column nickname to candidates",
            "makes the table knowers",
            "makes an index of knowers; nobody writes to it meanwhile",
            "changes rows of organization",
        ]
    );
    assert!(upgrade::refusal(&steps).contains("a step is missing (0002_nicknames)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_that_fails_leaves_everything_as_it_was() {
    let (folder, url, pool) = house().await;
    let before = dump::dump(&pool).await;
    let newer = [MIGRATIONS[0], ("0002_fine", NICE.split_once("create").unwrap().0), ("0003_bad", BAD)];
    let file = folder.path().join("orangery.db");
    let why = upgrade::run(&pool, &newer, Some(&file)).await.unwrap_err();
    assert!(why.contains("is as it was"), "{why}");
    for pool in [pool, dump::open(&url).await] {
        assert_eq!(dump::dump(&pool).await, before);
        assert_eq!(pool.applied().await.unwrap(), [MIGRATIONS[0].0]);
        let tx = pool.read().await.unwrap();
        assert!(tx.rows("select nickname from candidates", &[]).await.is_err(), "the step before is undone too");
        drop(tx);
        assert!(pool.read().await.unwrap().rows("select id from knowers", &[]).await.is_err());
    }
    assert!(copies(&folder).is_empty(), "a copy of what is as it was is of no use");
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_together_upgrade_once() {
    let (folder, url, pool) = house().await;
    let before = dump::dump(&pool).await;
    let newer = [MIGRATIONS[0], ("0002_nicknames", NICE)];
    let file = folder.path().join("orangery.db");
    let (other, third) = (dump::open(&url).await, dump::open(&url).await);
    let (one, two, three) = match pool.dialect() {
        sql::Dialect::Postgres => {
            join!(
                upgrade::run(&pool, &newer, None),
                upgrade::run(&other, &newer, None),
                upgrade::run(&third, &newer, None)
            )
        }
        // A folder has one server.
        sql::Dialect::Sqlite => {
            let first = upgrade::run(&pool, &newer, Some(&file)).await;
            (first, upgrade::run(&other, &newer, Some(&file)).await, upgrade::run(&third, &newer, Some(&file)).await)
        }
    };
    let applied = [one.unwrap().applied, two.unwrap().applied, three.unwrap().applied].concat();
    assert_eq!(applied, ["0002_nicknames"]);
    assert_eq!(upgrade::state(&pool, &newer).await.unwrap(), State::Current);
    assert_eq!(dump::dump(&pool).await["users"], before["users"]);
    let nobody = pool.read().await.unwrap().rows("select nickname from candidates", &[]).await.unwrap();
    assert!(nobody.is_empty());
    if pool.dialect() == sql::Dialect::Sqlite {
        let copies = copies(&folder);
        assert_eq!(copies, ["orangery.db.before-0002_nicknames"]);
        let copy = dump::open(&format!("sqlite:{}", folder.path().join(&copies[0]).display())).await;
        assert_eq!(dump::dump(&copy).await, before);
        assert_eq!(copy.applied().await.unwrap(), [MIGRATIONS[0].0]);
    }
}

fn copies(folder: &tempfile::TempDir) -> Vec<String> {
    let names = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    names.filter(|it| it.contains(".before-") && !it.ends_with("-wal") && !it.ends_with("-shm")).collect()
}
