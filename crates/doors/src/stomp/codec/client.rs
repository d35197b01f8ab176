//! What a client asks.

use std::fmt;

use super::{Fault, Frame, HeartBeats, Version};

/// A client's frame with the headers it needs. Its receipt, which any may ask, is read off with [`Frame::receipt`]
/// before, so that a refusal can name it too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ClientFrame {
    /// CONNECT, or STOMP.
    Connect(Connect),
    /// From now on, what arrives at a destination.
    Subscribe {
        /// Chosen by the client, unique in its connection. In 1.0 without one, the destination.
        id: String,
        /// Where.
        destination: String,
        /// Who says that a message has been dealt with.
        ack: AckMode,
    },
    /// No longer.
    Unsubscribe {
        /// The one of [`ClientFrame::Subscribe`].
        id: String,
    },
    /// A message.
    Send(Send),
    /// A message has been dealt with.
    Ack(Ack),
    /// A message has not been dealt with.
    Nack(Ack),
    /// Opens a transaction.
    Begin {
        /// Chosen by the client, unique in its connection.
        transaction: String,
    },
    /// What was sent in the transaction counts.
    Commit {
        /// An open one.
        transaction: String,
    },
    /// It does not.
    Abort {
        /// An open one.
        transaction: String,
    },
    /// The client goes once it has its receipt.
    Disconnect,
}

/// Opens a session. No header is required: both stompjs leave `host` out.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Connect {
    /// What [`Version::negotiate`] reads.
    pub(crate) accept_version: Option<String>,
    /// The name the client believes to speak to.
    pub(crate) host: Option<String>,
    /// None of both without the header.
    pub(crate) heart_beats: HeartBeats,
    /// A name.
    pub(crate) login: Option<String>,
    /// Its password.
    pub(crate) passcode: Option<String>,
    /// As in HTTP, whatever the case of its name: `Bearer <token>`.
    pub(crate) authorization: Option<String>,
}

/// What is there, not what it is: it ends up in logs.
impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("accept_version", &self.accept_version)
            .field("host", &self.host)
            .field("heart_beats", &self.heart_beats)
            .field("login", &self.login.is_some())
            .field("passcode", &self.passcode.is_some())
            .field("authorization", &self.authorization.is_some())
            .finish()
    }
}

/// Who says that a message has been dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AckMode {
    /// It is as soon as it is sent.
    Auto,
    /// An ACK stands for every message of the subscription before it.
    Client,
    /// An ACK stands for one message.
    ClientIndividual,
}

/// A message to a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Send {
    /// Where.
    pub(crate) destination: String,
    /// A media type.
    pub(crate) content_type: Option<String>,
    /// As sent.
    pub(crate) body: String,
    /// The one it waits for.
    pub(crate) transaction: Option<String>,
}

/// Which message ACK and NACK speak of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ack {
    /// In 1.2 what MESSAGE had as `ack`, before that its `message-id`.
    pub(crate) id: String,
    /// Always there in 1.1; stompjs sends it in 1.2 too.
    pub(crate) subscription: Option<String>,
    /// The one it waits for.
    pub(crate) transaction: Option<String>,
}

impl ClientFrame {
    /// `version`: what was negotiated; it makes no difference for CONNECT.
    pub(crate) fn read(mut frame: Frame, version: Version) -> Result<Self, Fault> {
        Ok(match frame.command.as_str() {
            "CONNECT" | "STOMP" => Self::Connect(connect(frame)?),
            "SEND" => Self::Send(Send {
                destination: need(&mut frame, "SEND", "destination")?,
                content_type: frame.take("content-type"),
                transaction: frame.take("transaction"),
                body: frame.body,
            }),
            "SUBSCRIBE" => Self::Subscribe {
                id: subscription(&mut frame, version, "SUBSCRIBE")?,
                destination: need(&mut frame, "SUBSCRIBE", "destination")?,
                ack: ack_mode(frame.header("ack"))?,
            },
            "UNSUBSCRIBE" => Self::Unsubscribe { id: subscription(&mut frame, version, "UNSUBSCRIBE")? },
            "ACK" => Self::Ack(ack(frame, version, "ACK")?),
            "NACK" if version > Version::V1_0 => Self::Nack(ack(frame, version, "NACK")?),
            "BEGIN" => Self::Begin { transaction: need(&mut frame, "BEGIN", "transaction")? },
            "COMMIT" => Self::Commit { transaction: need(&mut frame, "COMMIT", "transaction")? },
            "ABORT" => Self::Abort { transaction: need(&mut frame, "ABORT", "transaction")? },
            "DISCONNECT" => Self::Disconnect,
            _ => return Err(Fault::Command),
        })
    }
}

fn need(frame: &mut Frame, command: &'static str, header: &'static str) -> Result<String, Fault> {
    frame.take(header).ok_or(Fault::Missing { command, header })
}

fn connect(mut frame: Frame) -> Result<Connect, Fault> {
    let authorization =
        frame.headers.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("authorization")).map(|(_, value)| value);
    Ok(Connect {
        authorization: authorization.map(std::mem::take),
        accept_version: frame.take("accept-version"),
        host: frame.take("host"),
        heart_beats: HeartBeats::read(frame.header("heart-beat"))?,
        login: frame.take("login"),
        passcode: frame.take("passcode"),
    })
}

fn subscription(frame: &mut Frame, version: Version, command: &'static str) -> Result<String, Fault> {
    match frame.take("id") {
        Some(id) => Ok(id),
        // Copied: SUBSCRIBE reads it again.
        None if version == Version::V1_0 => {
            frame.header("destination").map(str::to_owned).ok_or(Fault::Missing { command, header: "destination" })
        }
        None => Err(Fault::Missing { command, header: "id" }),
    }
}

fn ack_mode(header: Option<&str>) -> Result<AckMode, Fault> {
    match header {
        None | Some("auto") => Ok(AckMode::Auto),
        Some("client") => Ok(AckMode::Client),
        Some("client-individual") => Ok(AckMode::ClientIndividual),
        Some(_) => Err(Fault::Header("ack")),
    }
}

fn ack(mut frame: Frame, version: Version, command: &'static str) -> Result<Ack, Fault> {
    let id = if version == Version::V1_2 { "id" } else { "message-id" };
    let ack = Ack {
        id: need(&mut frame, command, id)?,
        subscription: frame.take("subscription"),
        transaction: frame.take("transaction"),
    };
    if version == Version::V1_1 && ack.subscription.is_none() {
        return Err(Fault::Missing { command, header: "subscription" });
    }
    Ok(ack)
}
