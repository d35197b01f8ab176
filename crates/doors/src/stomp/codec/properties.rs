use proptest::prelude::*;

use super::write::Draft;
use super::*;

/// A version, a command with a body, headers that the version can say, and a body.
fn any_frame() -> impl Strategy<Value = (Version, Frame)> {
    let version = prop_oneof![Just(Version::V1_0), Just(Version::V1_1), Just(Version::V1_2)];
    version.prop_flat_map(|version| {
        let (name, value) = match version {
            Version::V1_0 => ("[a-z\\\\]{1,9}", "([a-z:\\\\]([a-z:\\\\ ]{0,9}[a-zé:\\\\])?)?"),
            Version::V1_1 => ("[a-z:\\\\\n]{1,9}", "([a-z:\\\\\n ]|\\PC){0,20}"),
            Version::V1_2 => ("[a-z:\\\\\n\r]{1,9}", "([a-z:\\\\\n\r ]|\\PC){0,20}"),
        };
        let headers = prop::collection::vec((name, value), 0..6);
        (prop::sample::select(vec!["SEND", "MESSAGE", "ERROR"]), headers, "(\\PC|[\0\r\n]){0,200}")
            .prop_map(move |(command, headers, body)| (version, Frame { command: command.to_owned(), headers, body }))
    })
}

fn written(version: Version, frame: &Frame) -> String {
    let draft = Draft::new(version, &frame.command);
    let draft = frame.headers.iter().fold(draft, |draft, (name, value)| draft.header(name, value));
    if frame.body.is_empty() { draft.end() } else { draft.body(&frame.body) }
}

/// The same text in pieces of so many letters.
fn pieces(text: &str, letters: usize) -> Vec<String> {
    let all: Vec<char> = text.chars().collect();
    all.chunks(letters).map(|piece| piece.iter().collect()).collect()
}

/// All there is, without heart-beats: how many line ends make one depends on the cut.
fn heard(decoder: &mut Decoder, piece: &str) -> Vec<Result<Frame, Fault>> {
    decoder.feed(piece);
    let inputs = std::iter::from_fn(|| decoder.next());
    inputs
        .filter_map(|input| match input {
            Ok(Input::HeartBeat) => None,
            Ok(Input::Frame(frame)) => Some(Ok(frame)),
            Err(fault) => Some(Err(fault)),
        })
        .collect()
}

proptest! {
    #[test]
    fn any_frame_survives_any_cut((version, frame) in any_frame(), cut in 1usize..60, beats in "\n{0,3}") {
        let text = beats + &written(version, &frame);
        let mut decoder = Decoder::new(10_000);
        decoder.speak(version);
        let mut frames = Vec::new();
        for piece in pieces(&text.repeat(3), cut) {
            frames.extend(heard(&mut decoder, &piece));
        }
        prop_assert_eq!(frames.len(), 3);
        for read in frames {
            let mut read = read.unwrap();
            if !frame.body.is_empty() {
                prop_assert_eq!(read.headers.pop(), Some(("content-length".into(), frame.body.len().to_string())));
            }
            prop_assert_eq!(&read.headers, &frame.headers);
            prop_assert_eq!((read.command, read.body), (frame.command.clone(), frame.body.clone()));
        }
        prop_assert_eq!(decoder.capacity(), 0);
    }

    #[test]
    fn the_cut_makes_no_difference(text in "([a-zA-Z:\\\\é]|[\n\r\0]|SEND\n|\n\n|a:b\n|\0){0,80}", cut in 1usize..20) {
        for version in Version::ALL {
            let limit = 8;
            let mut whole = Decoder::new(limit);
            let mut cuts = Decoder::new(limit);
            whole.speak(version);
            cuts.speak(version);
            let expected = heard(&mut whole, &text);
            let mut frames = Vec::new();
            for piece in pieces(&text, cut) {
                frames.extend(heard(&mut cuts, &piece));
            }
            prop_assert_eq!(frames, expected);
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic_and_within_the_limits(
        texts in prop::collection::vec(any::<Vec<u8>>(), 0..8),
        head in prop::sample::select(vec!["", "SEND\n", "SEND\n\n", "SEND\ncontent-length:90\n\n", "CONNECT\na:b\n"]),
    ) {
        let limit = 100;
        let mut decoder = Decoder::new(limit);
        decoder.feed(head);
        for bytes in texts {
            for frame in heard(&mut decoder, &String::from_utf8_lossy(&bytes)).into_iter().flatten() {
                prop_assert!(frame.body.len() <= limit && frame.headers.len() <= HEADERS);
                for version in Version::ALL {
                    let _ = ClientFrame::read(frame.clone(), version);
                }
            }
            prop_assert!(decoder.held() <= HEADERS * LINE_BYTES + limit.max(LINE_BYTES));
        }
    }
}
