//! Reports.

use parlor_db::{Result, Tx, args, statements};

use super::Report;

statements! {
    REPORT = "INSERT INTO reports (id, reporter_id, conversation_id, user_id, seq, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    REPORTED = "SELECT id FROM reports WHERE reporter_id = $1 AND conversation_id = $2 AND user_id = $3 LIMIT 1";
}

/// False when they reported this before: the first report stands.
pub(super) async fn report(tx: &mut Tx, id: i64, report: &Report) -> Result<bool> {
    let Report { reporter, conversation, user, seq, reason, at } = report;
    let before: Option<(i64,)> = tx.one(&REPORTED, args![reporter.0, conversation.0, user.0]).await?;
    if before.is_some() {
        return Ok(false);
    }
    let args = args![id, reporter.0, conversation.0, user.0, *seq, reason.as_str(), *at];
    tx.run(&REPORT, args).await.map(|_| true)
}
