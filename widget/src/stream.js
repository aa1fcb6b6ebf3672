/** Server-sent events, read from the answer to a request. */

/**
 * @typedef {{name: string, data: any}} ServerEvent
 */

/**
 * The events of a stream, as they arrive. What is no event, like a heartbeat, is skipped.
 *
 * @param {ReadableStream<Uint8Array>} stream
 * @param {() => void} onBytes called whenever something arrives, heartbeats included
 * @returns {AsyncGenerator<ServerEvent, void, void>}
 */
export async function* events(stream, onBytes) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let waiting = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      waiting += decoder.decode(value, { stream: true });
      const frames = waiting.split(/\r?\n\r?\n/);
      waiting = frames.pop() ?? '';
      for (const frame of frames) {
        const event = parse(frame);
        if (event) yield event;
      }
    }
  } finally {
    // Lets the connection go when the reader stops before the end.
    void reader.cancel().catch(() => undefined);
  }
}

/**
 * @param {string} frame
 * @returns {ServerEvent | null}
 */
function parse(frame) {
  let name = 'message';
  const data = [];
  for (const line of frame.split(/\r?\n/)) {
    if (line.startsWith('event:')) name = line.slice(6).trim();
    if (line.startsWith('data:')) data.push(line.slice(5));
  }
  return data.length ? { name, data: JSON.parse(data.join('\n')) } : null;
}
