//! What is refused, and in which words.

use parlor_testkit::{Home, both_databases, drop_database, fresh_database};

use crate::program::copy;

#[both_databases]
async fn what_is_served_or_used_is_refused(mut home: Home) {
    home.person("alice").await;
    let (from, to) = (home.database(), fresh_database().await);
    // Served: as a source, and as a target.
    let empty = format!("sqlite://{}", home.data().join("empty.db").display());
    copy(&from, &to).refused(&["the source, ", "it is in use"]);
    home.stop().await;
    home.move_to(&to).await;
    copy(&from, &to).refused(&["the target, postgres://", "it is in use"]);

    // Somebody's.
    home.person("bob").await;
    home.stop().await;
    copy(&from, &to).refused(&["it holds somebody's data already", "`sessions`"]);
    copy(&from, &from).refused(&["it is the source"]);
    copy(&empty, &to).refused(&["the source, sqlite://", "there is no such file"]);
    drop_database(&to).await;
}

#[both_databases]
async fn a_password_is_never_shown(mut home: Home) {
    home.person("alice").await;
    home.stop().await;
    let to = fresh_database().await;
    let home = home.database();
    let (before, behind) = to.rsplit_once('@').unwrap();
    let secret = before.rsplit_once(':').unwrap().1;
    let (missing, away) = (format!("{to}_missing"), format!("postgres://parlor:{secret}@127.0.0.1:1/parlor"));
    let wrong = format!("{before}{secret}@{behind}");
    for (from, to, well) in [
        (&missing, &home, false),
        (&away, &home, false),
        (&wrong, &home, false),
        (&home, &missing, false),
        (&home, &away, false),
        (&home, &wrong, false),
        (&home, &format!("mysql:{away}"), false),
        (&home, &to, true),
        (&home, &to, false),
        (&to, &home, false),
    ] {
        let ended = copy(from, to);
        assert_eq!(ended.well, well, "{ended:?}");
        assert!(!ended.stdout.contains(secret) && !ended.stderr.contains(secret), "{ended:?}");
    }
    drop_database(&to).await;
}
