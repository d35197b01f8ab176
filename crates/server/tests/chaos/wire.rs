//! A wire between two programs that can be held and cut.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    Everything,
    /// What is asked arrives, what is answered does not: a commit of which nobody learns.
    NoAnswers,
    /// As when packets are dropped: connections stand and nothing comes through.
    Nothing,
}

#[derive(Clone, Copy)]
struct State {
    flow: Flow,
    /// Connections that are older than the newest cut are gone.
    cuts: u64,
}

/// See the module. Everything on it ends when it is dropped.
pub(crate) struct Wire {
    pub(crate) address: SocketAddr,
    state: watch::Sender<State>,
    _accepting: JoinSet<()>,
}

impl Wire {
    /// A wire to a port of this machine.
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (state, told) = watch::channel(State { flow: Flow::Everything, cuts: 0 });
        let mut accepting = JoinSet::new();
        let address = listener.local_addr().unwrap();
        accepting.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                connections.spawn(connect(near, port, told.clone()));
                while connections.try_join_next().is_some() {}
            }
        });
        Self { address, state, _accepting: accepting }
    }

    pub(crate) fn pass(&self, flow: Flow) {
        self.state.send_modify(|state| state.flow = flow);
    }

    /// Breaks all connections; what was on its way is lost.
    pub(crate) fn cut(&self) {
        self.state.send_modify(|state| state.cuts += 1);
    }
}

async fn connect(near: TcpStream, port: u16, mut state: watch::Receiver<State>) {
    let cuts = state.borrow().cuts;
    let Ok(far) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    for end in [&near, &far] {
        end.set_nodelay(true).unwrap();
    }
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    let asks = carry(near_in, far_out, state.clone(), |flow| flow != Flow::Nothing);
    let answers = carry(far_in, near_out, state.clone(), |flow| flow == Flow::Everything);
    tokio::select! {
        // An end that has closed: nothing more comes of it, in this world of questions and answers.
        () = asks => {}
        () = answers => {}
        _ = state.wait_for(|state| state.cuts > cuts) => {}
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut state: watch::Receiver<State>,
    passes: fn(Flow) -> bool,
) {
    let mut piece = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut piece).await {
        if state.wait_for(|state| passes(state.flow)).await.is_err() || to.write_all(&piece[..count]).await.is_err() {
            return;
        }
    }
}
