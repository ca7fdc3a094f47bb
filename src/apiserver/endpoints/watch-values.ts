import type { KindDefinition } from '../../api/kind-definition.ts';
import { parseJson } from '../../apimachinery/json/exact-json.ts';
import type { ResponseSink } from '../http/exchange.ts';
import type { OutputForm } from '../http/negotiate.ts';
import { isServable } from '../registry/served-form.ts';
import { asBuffer } from '../registry/value-codec.ts';
import { toPartialObject } from '../table/partial-object.ts';
import type { Frames, ViewSpec } from '../watch/view.ts';

/** Where the frames of a watch go. */
export interface FrameSink extends Omit<ResponseSink, 'write' | 'pass'> {
  /** False: the reader is slow. */
  write(frames: Frames): boolean;
}

/** Text goes on as text; to a reader in this process, each frame as the value it is or says. */
export const frameSink = (sink: ResponseSink): FrameSink => {
  const { pass } = sink;
  if (!pass) return sink as FrameSink;
  const passText = (text: Uint8Array): void => {
    for (const line of asBuffer(text).toString('utf8').split('\n')) if (line !== '') pass(parseJson(line));
  };
  return {
    write(frames) {
      if (frames instanceof Uint8Array) passText(frames);
      else
        for (const frame of frames)
          if (frame instanceof Uint8Array) passText(frame);
          else pass(frame);
      return true;
    },
    drained: () => sink.drained(),
    end: () => sink.end(),
    get buffered() {
      return sink.buffered;
    },
  };
};

/** The view for readers in this process: objects without managedFields, or metadata alone, are passed on and not written. */
export const passing = (spec: ViewSpec, definition: KindDefinition, form: OutputForm): ViewSpec => {
  const isPlain = form.format === 'json' && form.lean === true;
  if (!isPlain || (form.as !== undefined && form.as !== 'PartialObjectMetadata')) return spec;
  const shown = form.as ? toPartialObject : <T>(object: T): T => object;
  return {
    ...spec,
    key: `${spec.key}\nvalues`,
    encoding: `${spec.encoding}|values`,
    pass: (type, event) => (isServable(definition, event.value) ? { type, object: shown(event.shared()) } : undefined),
  };
};
