import type { DescriptorSource, MessageDescriptor } from '../apimachinery/protobuf/descriptor.ts';
import { generatedFile, readGenerated } from './definitions.ts';

type Messages = Readonly<Record<string, MessageDescriptor>>;
const files = new Map<string, Messages>();

/** The message descriptor of a built-in definition, such as `io.k8s.api.core.v1.Pod`; read on first use. */
export const messageDescriptor: DescriptorSource = (definition) => {
  const file = generatedFile(definition, 'messages');
  let messages = files.get(file);
  if (messages === undefined) files.set(file, (messages = readGenerated(file) as Messages));
  return messages[definition];
};
