//! What ten million people online ask of the bus: costs measured here, at a real broker, and the traffic drawn by chance from
//! a model of who talks to whom. `cargo run --release -p parlor-bus --example scale`; docs/adr/0023 says what follows from it.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a tool that talks to its user")]
#![expect(clippy::cast_precision_loss, reason = "figures of three digits")]

mod costs;
mod model;

use costs::Costs;
use model::{GATEWAYS, MESSAGES_PER_SECOND, ONLINE, Place, Traffic};

#[tokio::main]
async fn main() {
    let costs = Costs::measure().await;
    println!("measured (processor time)");
    println!("  broker, one letter in                     {:6.2} us", costs.publish);
    println!("  broker, one letter out                    {:6.2} us", costs.deliver);
    println!("  node, one letter heard, of no use         {:6.2} us", costs.hear);
    println!("  broker, one subscription of a topic       {:6.0} bytes", costs.subscription);

    println!("\n{ONLINE} people online, {GATEWAYS} gateways, {MESSAGES_PER_SECOND} messages a second");
    println!(
        "{:<44} {:>9} {:>11} {:>10} {:>9} {:>12} {:>8}",
        "who hears a letter", "out/letter", "out/s", "a gateway/s", "its core", "broker cores", "topics"
    );
    for (name, place) in [("people anywhere", Place::Anywhere), ("4 of 5 at their community's", Place::AtHome(0.8))] {
        let traffic = Traffic::draw(place);
        let partitions = |count: f64| {
            // A gateway needs every partition in which it has a conversation.
            let needed = 1.0 - (-traffic.topics / GATEWAYS as f64 / count).exp();
            (needed * GATEWAYS as f64).max(traffic.gateways)
        };
        let ways = [
            ("all gateways, as today", GATEWAYS as f64, 1.0),
            ("those with a share in 1 of 4,096", partitions(4_096.0), 4_096.0),
            ("those with a share in 1 of 1,048,576", partitions(1_048_576.0), 1_048_576.0),
            ("those with a member online", traffic.gateways, traffic.topics),
        ];
        for (way, out, topics) in ways {
            let per_second = out * MESSAGES_PER_SECOND as f64;
            let at_one = per_second / GATEWAYS as f64;
            let broker = (MESSAGES_PER_SECOND as f64 * costs.publish + per_second * costs.deliver) / 1e6;
            println!(
                "{:<44} {out:>9.1} {per_second:>11.0} {at_one:>10.0} {:>8.1}% {broker:>12.1} {:>8.2e}",
                format!("{name}: {way}"),
                at_one * costs.hear / 1e4,
                topics,
            );
        }
        println!(
            "  frames to sockets {:.1} a message; subscriptions of topics in all brokers {:.0} GB",
            traffic.listeners,
            traffic.topics * costs.subscription / 1e9
        );
    }
}
