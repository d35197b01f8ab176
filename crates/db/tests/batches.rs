//! What a batch of rows costs PostgreSQL as JSON and as arrays; ADR 3 has the figures. By hand, in a quiet hour:
//! `cargo xtask postgres -- cargo nextest run --release -p parlor-db --run-ignored only batches --no-capture`

#![cfg(test)]

use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _};

/// As the table it stands for.
const TABLE: &str = "CREATE TEMPORARY TABLE said (c BIGINT NOT NULL, seq BIGINT NOT NULL, ordinal BIGINT NOT NULL, kind TEXT NOT NULL, \
        actor BIGINT NOT NULL, at BIGINT NOT NULL, client_id TEXT, reply_to BIGINT, body TEXT NOT NULL, PRIMARY KEY (c, seq)); \
    CREATE UNIQUE INDEX said_by_client_id ON said (c, actor, client_id) WHERE client_id IS NOT NULL";
const BY_JSON: &str = "INSERT INTO said SELECT * FROM json_to_recordset($1::json) AS t(c BIGINT, seq BIGINT, ordinal BIGINT, \
    kind TEXT, actor BIGINT, at BIGINT, client_id TEXT, reply_to BIGINT, body TEXT)";
const BY_UNNEST: &str = "INSERT INTO said SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], \
    $6::bigint[], $7::text[], $8::bigint[], $9::text[])";
const ROUNDS: usize = 7;
const ROWS: i64 = 16_384;

#[tokio::test]
#[ignore = "a measurement"]
async fn batches_as_json_and_as_arrays() {
    let url = std::env::var("PARLOR_TEST_POSTGRES").expect("a PostgreSQL: cargo xtask postgres -- …");
    let mut conn = PgConnection::connect(&url).await.unwrap();
    conn.execute(TABLE).await.unwrap();
    let text = "What is said has some \"quotes\", an umläut and a line\nbreak. ".repeat(3);
    for batch in [1, 64, 512] {
        let (mut json, mut arrays) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            json.push(round(&mut conn, batch, &text, true).await);
            arrays.push(round(&mut conn, batch, &text, false).await);
        }
        let spread = |times: &mut Vec<Duration>| {
            times.sort();
            let us = |n: usize| times[n].as_secs_f64() * 1e6 / ROWS as f64;
            format!("{:.1} us a row ({:.1} to {:.1})", us(ROUNDS / 2), us(0), us(ROUNDS - 1))
        };
        println!("batches of {batch}: JSON {}, arrays {}", spread(&mut json), spread(&mut arrays));
    }
}

/// Stores all rows, a transaction for each batch.
async fn round(conn: &mut PgConnection, batch: i64, text: &str, as_json: bool) -> Duration {
    conn.execute("TRUNCATE said").await.unwrap();
    // One for one it takes longer, and no more are needed.
    let rows = if batch == 1 { ROWS / 8 } else { ROWS };
    let began = Instant::now();
    for first in (0..rows).step_by(usize::try_from(batch).unwrap()) {
        let seqs: Vec<i64> = (first..first + batch).collect();
        let names: Vec<String> = seqs.iter().map(|n| format!("client-{n}")).collect();
        let mut tx = conn.begin().await.unwrap();
        let done = if as_json {
            let rows = seqs.iter().zip(&names).map(|(n, name)| {
                json!({ "c": n % 64, "seq": n, "ordinal": n, "kind": "message", "actor": n % 1_000, "at": 1_700_000_000_000_i64,
                    "client_id": name, "reply_to": null, "body": text })
            });
            let rows = rows.collect::<serde_json::Value>().to_string();
            sqlx::query(BY_JSON).bind(rows).execute(&mut *tx).await
        } else {
            let all = |of: &dyn Fn(i64) -> i64| seqs.iter().map(|n| of(*n)).collect::<Vec<i64>>();
            let texts = |text: &str| vec![text.to_owned(); seqs.len()];
            sqlx::query(BY_UNNEST)
                .bind(all(&|n| n % 64))
                .bind(&seqs)
                .bind(&seqs)
                .bind(texts("message"))
                .bind(all(&|n| n % 1_000))
                .bind(all(&|_| 1_700_000_000_000))
                .bind(&names)
                .bind(vec![None::<i64>; seqs.len()])
                .bind(texts(text))
                .execute(&mut *tx)
                .await
        };
        assert_eq!(i64::try_from(done.unwrap().rows_affected()).unwrap(), batch);
        tx.commit().await.unwrap();
    }
    began.elapsed() * u32::try_from(ROWS / rows).unwrap()
}
