import { dialect } from '../../../compile/dialect.ts';
import { castTypeOf, castWordOf } from '../forms/cast-types.ts';
import type { FieldForm } from '../forms/map.ts';

/**
 * Constants and conversions as expressions of a derive step, which the editor shows and changes like any other, and
 * back. A text of the user's that looks like one of ours is put in brackets, so that it reads back as the text it was.
 */

export function expressionOf(name: string, form: FieldForm): string {
  if (typeof form === 'string') return structured(form) ? `(${form})` : form;
  if (typeof form !== 'object' || form === null) return expressionOf(name, { value: form });
  if ('value' in form) {
    // A minus before nothing would not read back as a number.
    const literal = dialect.literal(form.value === 0 ? 0 : form.value);
    return form.cast === undefined ? literal : castText('CAST', literal, form.cast);
  }
  const word = form.on_error === 'null' ? 'TRY_CAST' : 'CAST';
  return castText(word, dialect.identifier(form.from ?? name), form.cast);
}

const castText = (word: string, what: string, type: string): string =>
  `${word}(${what} AS ${castTypeOf(type) ?? type})`;

/** The form that gives this expression for the field of this name. */
export function fieldFormOf(name: string, text: string): FieldForm {
  if (/^\(.*\)$/s.test(text)) return structured(text.slice(1, -1)) ? text.slice(1, -1) : text;
  const found = structured(text);
  if (!found) return text;
  if ('from' in found && found.from === name) {
    const { from: _own, ...rest } = found;
    return rest;
  }
  return found;
}

const quotedText = /^'(?:[^']|'')*'$/s;
const quotedName = /^"((?:[^"]|"")+)"$/s;
const castForm = /^(CAST|TRY_CAST)\((.+) AS ([A-Z]+(?: WITH TIME ZONE|\(\d+,\d+\))?)\)$/s;

/** A form whose text is exactly this one; undefined for any other text, and for those in further brackets. */
function structured(text: string): Extract<FieldForm, object> | undefined {
  const inner = /^\((.*)\)$/s.exec(text)?.[1];
  // Brackets around brackets of ours count as ours too, or the innermost would be lost on the way back.
  if (inner !== undefined) return structured(inner);
  const constant = literalOf(text);
  if (constant !== undefined) return { value: constant.value };
  const [, word, what = '', type = ''] = castForm.exec(text) ?? [];
  const cast = castWordOf(type);
  if (word === undefined || cast === undefined) return undefined;
  const given = word === 'CAST' ? literalOf(what) : undefined;
  if (given) return { value: given.value, cast };
  const [, quoted] = quotedName.exec(what) ?? [];
  if (quoted === undefined) return undefined;
  const from = quoted.replaceAll('""', '"');
  return word === 'CAST' ? { cast, from } : { cast, from, on_error: 'null' };
}

function literalOf(text: string): { readonly value: string | number | boolean | null } | undefined {
  if (text === 'NULL') return { value: null };
  if (text === 'TRUE' || text === 'FALSE') return { value: text === 'TRUE' };
  const value = quotedText.test(text)
    ? text.slice(1, -1).replaceAll("''", "'")
    : /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)
      ? Number(text)
      : undefined;
  return value !== undefined && dialect.literal(value) === text ? { value } : undefined;
}
