import { Ajv2020 } from 'ajv/dist/2020.js';

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, object>> }>
  >;
}

/** Holds answers of an API against its document, `documentOf` it. */
export function createAnswerCheck(document: Readonly<Record<string, unknown>>) {
  const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(document, 'api');

  /** What is wrong with an answer; none where the document has no such route at all. */
  return (
    request: { readonly method: string; readonly path: string },
    answer: { readonly status: number; readonly type: string | null; readonly body: unknown },
  ): readonly string[] => {
    const path = Object.keys(paths).find((each) => fits(request.path, each));
    const method = request.method.toLowerCase();
    const responses = path === undefined ? undefined : paths[path]?.[method]?.responses;
    if (path === undefined || responses === undefined) return [];
    const { status, type, body } = answer;
    const response = responses[status];
    if (response === undefined) return [`${status} is not in the document`];
    if (response.content === undefined) return body === null ? [] : ['there is a body'];
    const media = (type ?? '').split(';')[0] ?? '';
    if (response.content[media] === undefined) return [`${media} is not in the document`];
    const place = ['paths', path, method, 'responses', String(status), 'content', media, 'schema'];
    const pointer = place.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
    const validate = ajv.getSchema(`api#/${encodeURI(pointer)}`);
    if (validate === undefined) return ['it has no schema'];
    return validate(body) === true ? [] : [ajv.errorsText(validate.errors)];
  };
}

function fits(path: string, template: string): boolean {
  const [parts, wanted] = [path.split('/'), template.split('/')];
  return (
    parts.length === wanted.length &&
    wanted.every((part, at) => part.startsWith('{') || part === parts[at])
  );
}
