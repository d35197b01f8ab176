/** One HTTP call to the API: JSON in, JSON out, errors as EngineError. Knows no session. */
import type { Answer, Env, Request } from '../env';
import type { Problem } from '../protocol';
import { EngineError } from '../types';

export interface Call {
  body?: unknown;
  token?: string;
  signal?: AbortSignal;
}

export class Wire {
  constructor(private readonly env: Env) {}

  async call(method: string, path: string, call: Call = {}): Promise<unknown> {
    const request: Request = { method, headers: { accept: 'application/json' } };
    if (call.token !== undefined) request.headers.authorization = `Bearer ${call.token}`;
    if (call.body !== undefined) {
      request.headers['content-type'] = 'application/json';
      request.body = JSON.stringify(call.body);
    }
    if (call.signal !== undefined) request.signal = call.signal;
    const answer = await this.answer(path, request);
    if (answer.status >= 400) throw await problem_of(answer);
    if (answer.status === 204) return undefined;
    return parse(await body_of(answer));
  }

  private async answer(path: string, request: Request): Promise<Answer> {
    try {
      return await this.env.fetch(`${this.env.origin}/api/v1${path}`, request);
    } catch (error) {
      if (request.signal?.aborted) throw error;
      throw new EngineError('offline', 'The server cannot be reached.');
    }
  }
}

/** The connection may break within a body too. */
async function body_of(answer: Answer): Promise<string> {
  try {
    return await answer.text();
  } catch {
    throw new EngineError('offline', 'The server cannot be reached.');
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new EngineError('internal', 'The server sent something unreadable.');
  }
}

async function problem_of(answer: Answer): Promise<EngineError> {
  let problem: Partial<Problem> = {};
  try {
    const value = parse(await body_of(answer));
    if (typeof value === 'object' && value !== null) problem = value;
  } catch {
    // A proxy's error page: the status has to do.
  }
  const code = problem.code ?? code_of(answer.status);
  const retry_after_s = Number(answer.headers.get('retry-after'));
  const retry_after_ms = problem.retry_after_ms ?? (retry_after_s > 0 ? retry_after_s * 1000 : undefined);
  return new EngineError(
    code,
    problem.detail ?? problem.title ?? `HTTP ${answer.status}`,
    problem.field ?? undefined,
    retry_after_ms,
  );
}

const codes: Record<number, string> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  410: 'gone',
  413: 'too_large',
  429: 'limited',
};

function code_of(status: number): string {
  // 502 and 504 are a proxy's word for a server that is being restarted.
  if (status === 502 || status === 503 || status === 504) return 'unavailable';
  return codes[status] ?? (status < 500 ? 'invalid' : 'internal');
}
