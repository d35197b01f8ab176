//! Between frames and words.

use std::borrow::Cow;

use parlor_model::Error;
use parlor_model::frames::{Bye, ClientFrame, ServerFrame};
use serde::Deserialize;

use crate::config::COMMAND_ID_BYTES;
use crate::frame::Frame;
use crate::outbox::Farewell;
use crate::transport::codec;

/// A client's frame, or the `error` that answers it, with the id if one can be made out.
pub(super) fn parse(text: &str) -> Result<ClientFrame, Frame> {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow)]
        id: Option<Cow<'a, str>>,
    }
    serde_json::from_str(text).map_err(|error| {
        let id = serde_json::from_str::<Named<'_>>(text).ok().and_then(|named| named.id);
        let id = id.filter(|id| id.len() <= COMMAND_ID_BYTES);
        Frame::error(id.as_deref(), &Error::invalid(format!("The frame could not be read: {error}.")))
    })
}

impl Farewell {
    pub(super) const LIMITED: Self = Self {
        code: Bye::Limited,
        detail: "More frames a second than limits.frames_per_second allows.",
        retry_after_ms: Some(5_000),
    };

    pub(super) const EXPIRED: Self =
        Self::new(Bye::Expired, "The access token ran out. Refresh it and come back with what you know.");

    /// The frame that says so.
    pub(super) fn frame(&self) -> Frame {
        let Self { code, detail, retry_after_ms } = *self;
        Frame::of(&ServerFrame::Bye { code, detail: detail.into(), retry_after_ms })
    }

    /// The close frame after it, with the nearest status of RFC 6455 §7.4.
    pub(super) fn close(&self) -> Frame {
        let status: u16 = match self.code {
            Bye::Draining => 1_012,
            Bye::Slow => 1_013,
            _ => 1_008,
        };
        Frame::control(codec::CLOSE, &status.to_be_bytes())
    }
}
