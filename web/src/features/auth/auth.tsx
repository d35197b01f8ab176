import { useEffect, useRef, useState } from 'react';
import type { Engine, Gate, ServerInfo } from '@/engine';
import { navigate, usePlace } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { Login } from './login';
import { SignUp } from './sign-up';

interface AuthProps {
  gate: Gate;
  ended?: string | undefined;
  onSignedIn: (engine: Engine) => void;
}

/** The screens before sign-in. A fresh server leads to its first sign-up by itself. */
export default function Auth({ gate, ended, onSignedIn }: AuthProps) {
  const place = usePlace();
  const [server, setServer] = useState<ServerInfo>();
  // Once signed in, the start page is no reason any more to lead to a form.
  const signedInHere = useRef(false);
  const [asked, setAsked] = useState(false);

  useEffect(() => {
    let gone = false;
    gate
      .server()
      .then(
        (answer) => !gone && setServer(answer),
        () => undefined, // The forms say so when they are sent.
      )
      .finally(() => !gone && setAsked(true));
    return () => {
      gone = true;
    };
  }, [gate]);

  const signup = place.screen === 'signup' || (server?.first_run === true && !ended);
  useEffect(() => {
    if (asked && !signedInHere.current && place.screen === 'home')
      navigate(signup ? paths.signup() : paths.login(), { replace: true });
  }, [asked, place.screen, signup]);

  const signedIn = (engine: Engine) => {
    signedInHere.current = true;
    if (place.screen === 'login' || place.screen === 'signup') navigate(paths.home(), { replace: true });
    onSignedIn(engine);
  };
  if (!asked && !ended && place.screen !== 'signup') return null;
  return signup ? (
    <SignUp gate={gate} server={server} onSignedIn={signedIn} />
  ) : (
    <Login gate={gate} server={server} ended={ended} onSignedIn={signedIn} />
  );
}
