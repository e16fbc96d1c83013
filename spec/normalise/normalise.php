<?php

declare(strict_types=1);

/*
 * Gives an answer of the API the shape that its document promises, before typed code reads it.
 *
 *     $normaliser = new Normalise\Normaliser(json_decode(file_get_contents('schemas.json'), true));
 *     $carriers = json_decode($normaliser->normalise($body, 'preview_carrier')->text);
 *
 * README.md beside this file has the rules. PHP 8.1 or newer, nothing else.
 */

namespace Normalise;

const DEEPEST = 100;
const LONGEST_CHAIN = 64;
const MOST_COPIED = 1_000_000;

const TOKEN = '~"[^"\\\\]*+(?:\\\\.[^"\\\\]*+)*+("?)|[\[\]{}]~s';
const ESCAPE = '~\\\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)~s';
// With a text that is cut off, so that nothing in it is taken for a number.
const TEXT_OR_NUMBER = '~"[^"\\\\]*+(?:\\\\.[^"\\\\]*+)*+(?:"|\\\\?\z)|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?~s';
const GROUPED = '~^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[^,]*)?$~D';
const WHOLE = '~^([+-]?)0*([0-9]+?)(?:\.0*)?$~D';
const DECIMAL = '~^([+-]?)(?=\.?[0-9])([0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]+)?$~D';
const DOT_NAME = '~^(?:us)?dot[ #:]*([0-9]+)$~iD';
const YES = ['yes', 'y', 'true', '1'];
const NO = ['no', 'n', 'false', '0'];

/** The body cannot be used. With the code `lost-row`, `result` holds what could be read. */
final class Refused extends \RuntimeException
{
    public function __construct(public readonly string $reason, public readonly ?Result $result = null)
    {
        parent::__construct("the answer cannot be used: $reason");
    }
}

/** The answer as JSON text. Each problem is a JSON pointer and a code; one that begins with `lost-` cost a value. */
final class Result
{
    /** @param list<array{string, string}> $problems */
    public function __construct(public readonly string $text, public readonly array $problems)
    {
    }
}

/** A number with the digits that it was written with: PHP would make floats of large ones. */
final class Digits
{
    public function __construct(public readonly string $text)
    {
    }
}

/** An object of JSON, so that one without fields is not an empty list. */
final class Fields
{
    /** @param array<mixed> $all */
    public function __construct(public array $all = [])
    {
    }

    public function has(string $key): bool
    {
        return array_key_exists($key, $this->all);
    }
}

/** Stands for a value that its kind cannot have. */
enum Shaped
{
    case Lost;
}

final class Normaliser
{
    /** @param array<string, array<string, mixed>> $table schemas.json */
    public function __construct(private readonly array $table)
    {
    }

    /** `$of` is an operation, a schema, or a list of one: `preview_carrier`, `CarrierData`, `[CarrierData]`. */
    public function normalise(string $body, string $of): Result
    {
        $operation = $this->table['operations'][$of] ?? null;
        if ($operation === null && !isset($this->table['schemas'][trim($of, '[]')])) {
            throw new \InvalidArgumentException("no operation or schema $of");
        }
        return (new Answer($this->table['schemas'], $operation ?? ['answer' => $of]))->normalise($body);
    }
}

final class Answer
{
    private readonly string $kind;
    private readonly ?string $items;
    private readonly ?string $idempotency;
    private readonly bool $acts;
    private array $problems = [];
    private array $nulls = [];
    private array $ids = [];
    private int $copied = 0;

    public function __construct(private readonly array $schemas, array $operation)
    {
        $this->kind = $operation['answer'];
        $this->items = $operation['items'] ?? null;
        $this->idempotency = $operation['idempotency'] ?? null;
        $this->acts = in_array($this->idempotency, ['idempotent', 'once'], true);
    }

    public function normalise(string $body): Result
    {
        $tree = $this->parse($this->decode($body));
        $this->index($tree, '');
        $value = $this->root($this->resolve($tree, '', '', [], 0));
        $result = new Result(write($value), $this->problems);
        if ($this->has('lost-row')) {
            throw new Refused('lost-row', $result);
        }
        return $result;
    }

    private function note(string $at, string $code): void
    {
        $this->problems[] = [$at, $code];
    }

    private function has(string $code): bool
    {
        return in_array($code, array_column($this->problems, 1), true);
    }

    // Bytes to a tree

    private function decode(string $body): string
    {
        $text = json_decode(json_encode($body, JSON_INVALID_UTF8_SUBSTITUTE));
        if ($text !== $body) {
            $this->note('', 'lost-characters');
        }
        return trim(preg_replace('~^(?:\xef\xbb\xbf)+~', '', $text), " \t\r\n");
    }

    private function parse(string $text): mixed
    {
        if ($text === '') {
            return null;
        }
        $text = in_array($text, ['True', 'False'], true) ? strtolower($text) : $text;
        [$depth, $deepest, $open] = [0, 0, false];
        preg_match_all(TOKEN, $text, $tokens, PREG_SET_ORDER);
        foreach ($tokens as $token) {
            if ($token[0] === '[' || $token[0] === '{') {
                $deepest = max($deepest, ++$depth);
            } elseif ($token[0] === ']' || $token[0] === '}') {
                $depth--;
            } else {
                $open = $token[1] === '';
            }
        }
        if ($deepest > DEEPEST) {
            throw new Refused('too-deep');
        }
        $whole = preg_replace_callback(ESCAPE, fn ($found) => isset($found[1]) ? '\ufffd' : $found[0], $text);
        try {
            $tree = read($whole);
            if ($whole !== $text) {
                $this->note('', 'lost-characters');
            }
            return $tree;
        } catch (\JsonException) {
        }
        if (in_array($text[0], ['{', '[', '"'], true)) {
            throw new Refused($depth > 0 || $open ? 'truncated' : 'not-json');
        }
        if ($text[0] !== '<' && ($this->kind === 'any' || $this->textField($this->kind) !== null)) {
            return $text;
        }
        throw new Refused('not-json');
    }

    // References

    private function index(mixed $node, string $source): void
    {
        if ($node instanceof Fields) {
            $id = digits($node->all['$id'] ?? null);
            if ($id !== null) {
                $this->ids[$id] ??= [$node, $source];
            }
        }
        foreach ($node instanceof Fields ? $node->all : (is_array($node) ? $node : []) as $key => $value) {
            $this->index($value, join($source, $key));
        }
    }

    /** `$source` is where the node stands in the body, `$at` where it stands once references are replaced. */
    private function resolve(mixed $node, string $source, string $at, array $followed, int $depth): mixed
    {
        if ($followed !== [] && ++$this->copied > MOST_COPIED) {
            throw new Refused('too-large');
        }
        if ($depth > DEEPEST) {
            throw new Refused('too-deep');
        }
        if (!is_array($node) && !$node instanceof Fields) {
            return $node;
        }
        if ($node instanceof Fields) {
            $refers = $node->has('$ref');
            if ($refers && count($node->all) === 1) {
                return $this->follow($node->all['$ref'], $source, $at, $followed, $depth);
            }
            if ($node->has('$values')) {
                if (count($node->all) > ($node->has('$id') ? 2 : 1)) {
                    $this->note($at, 'lost-fields');
                }
                return $this->resolve($node->all['$values'], join($source, '$values'), $at, $followed, $depth);
            }
            if ($refers) {
                $this->note($at, 'lost-fields');
            }
        }
        $resolved = [];
        foreach ($node instanceof Fields ? $node->all : $node as $key => $value) {
            if ($key !== '$id' && $key !== '$ref') {
                $resolved[$key] = $this->resolve($value, join($source, $key), join($at, $key), $followed, $depth + 1);
            }
        }
        return $node instanceof Fields ? new Fields($resolved) : $resolved;
    }

    private function follow(mixed $reference, string $source, string $at, array $followed, int $depth): mixed
    {
        $id = digits($reference);
        [$target, $place] = $id === null ? [null, ''] : $this->ids[$id] ?? [null, ''];
        $followed[] = $source;
        $around = fn (string $each) => $each === $place || str_starts_with($each, "$place/");
        if ($target === null) {
            $code = 'lost-reference';
        } elseif (count($followed) > LONGEST_CHAIN) {
            $code = 'lost-depth';
        } elseif (array_filter($followed, $around) !== []) {
            $code = 'cycle';
        } else {
            return $this->resolve($target, $place, $at, $followed, $depth);
        }
        $this->note($at, $code);
        $this->nulls[$at] = true;
        return null;
    }

    // The shape of the whole answer

    private function root(mixed $value): mixed
    {
        if ($value === null || (is_string($value) && trim($value) === '')) {
            if ($this->idempotency !== 'once' && !($this->kind === 'any' && $this->acts)) {
                throw new Refused('empty');
            }
            return $this->nothing();
        }
        if ($this->kind === 'any') {
            return $value;
        }
        if ($value === true && $this->acts) {
            return $this->nothing();
        }
        return $this->kind[0] === '[' ? $this->rootList($value) : $this->rootObject($value);
    }

    private function nothing(): ?Fields
    {
        $this->note('', 'empty');
        return $this->kind === 'any' ? null : new Fields();
    }

    private function rootList(mixed $value): ?array
    {
        $element = trim($this->kind, '[]');
        if ($value instanceof Fields && $this->known($value, $element)) {
            $this->note('', 'wrapped');
            return [$this->fields($value, $element, '')];
        }
        if (!is_array($value)) {
            throw new Refused('other-kind');
        }
        return $this->elements($value, $element, '', true);
    }

    private function rootObject(mixed $value): Fields
    {
        [$at, $items] = ['', $this->items];
        if (is_array($value)) {
            $page = count($value) === 1 && $value[0] instanceof Fields && $value[0]->has($items ?? '');
            if ($items !== null && !$page) {
                $this->note('', 'wrapped');
                $element = trim($this->schemas[$this->kind]['fields'][$items], '[]');
                return new Fields([$items => $this->elements($value, $element, '', true)]);
            }
            if (count($value) !== 1) {
                throw new Refused($value === [] ? 'absent' : 'several');
            }
            $this->note('', 'unwrapped');
            [$value, $at] = [$value[0], '/0'];
        }
        $field = $this->textField($this->kind);
        if (is_string($value) && $field !== null) {
            $this->note($at, 'text-as-object');
            return new Fields([$field => $value]);
        }
        $judged = $this->idempotency !== null && $this->idempotency !== 'once';
        if (!$value instanceof Fields || ($judged && !$this->known($value, $this->kind))) {
            throw new Refused('other-kind');
        }
        $fields = $this->fields($value, $this->kind, $at, $items);
        $none = digits($fields->all['totalCount'] ?? null) === '0';
        if ($items !== null && !isset($fields->all[$items]) && !$none && !$this->has('lost-row')) {
            throw new Refused('no-rows');
        }
        return $fields;
    }

    private function textField(string $kind): ?string
    {
        return $this->schemas[$kind]['text_as'] ?? null;
    }

    private function known(Fields $value, string $kind): bool
    {
        return array_intersect_key($value->all, $this->schemas[$kind]['fields']) !== [];
    }

    // The shape of each field

    private function fields(Fields $value, string $kind, string $at, ?string $items = null): Fields
    {
        $shaped = new Fields();
        foreach ($value->all as $key => $each) {
            $own = $this->schemas[$kind]['fields'][$key] ?? 'any';
            $shaped->all[$key] = $this->field($each, $own, join($at, $key), (string) $key === $items);
        }
        return $shaped;
    }

    private function field(mixed $value, string $kind, string $at, bool $rows): mixed
    {
        if ($value === null || $kind === 'any') {
            return $value;
        }
        if ($kind[0] === '[') {
            $shaped = $this->list($value, trim($kind, '[]'), $at, $rows);
        } elseif (isset($this->schemas[$kind])) {
            $shaped = $this->object($value, $kind, $at);
        } else {
            $shaped = $this->scalar($value, $kind, $at);
        }
        if ($shaped === Shaped::Lost) {
            $this->note($at, $rows ? 'lost-row' : 'lost-value');
            return null;
        }
        return $shaped;
    }

    private function list(mixed $value, string $element, string $at, bool $rows): array|Shaped|null
    {
        if (is_array($value)) {
            return $this->elements($value, $element, $at, $rows);
        }
        $takesText = $element === 'text' || $this->textField($element) !== null;
        if (is_string($value) && (trim($value) === '' || (!$takesText && absent($value)))) {
            $this->note($at, 'no-value');
            return null;
        }
        if ($value instanceof Fields && $element !== 'text' && !$this->known($value, $element)) {
            return Shaped::Lost;
        }
        $shaped = $this->element($value, $element, $at);
        if ($shaped === Shaped::Lost) {
            return $shaped;
        }
        $this->note($at, 'wrapped');
        return [$shaped];
    }

    private function elements(array $value, string $element, string $at, bool $rows): ?array
    {
        [$kept, $lost] = [[], 0];
        foreach ($value as $place => $each) {
            $here = join($at, $place);
            if ($each === null) {
                if ($rows) {
                    $lost++;
                    $this->note($here, 'lost-row');
                } elseif (!isset($this->nulls[$here])) {
                    $this->note($here, 'null-element');
                }
                continue;
            }
            $foreign = $rows && $each instanceof Fields && !$this->known($each, $element);
            $shaped = $foreign ? Shaped::Lost : $this->element($each, $element, $here);
            if ($shaped === Shaped::Lost) {
                $lost++;
                $this->note($here, $rows ? 'lost-row' : 'lost-element');
            } else {
                $kept[] = $shaped;
            }
        }
        // A list of which nothing can be read is unknown, and not empty.
        return $lost > 0 && $kept === [] ? null : $kept;
    }

    private function element(mixed $value, string $kind, string $at): mixed
    {
        if ($kind === 'text') {
            return $this->scalar($value, $kind, $at);
        }
        if ($value instanceof Fields) {
            return $this->fields($value, $kind, $at);
        }
        $field = $this->textField($kind);
        if (!is_string($value) || $field === null) {
            return Shaped::Lost;
        }
        $this->note($at, 'text-as-object');
        return new Fields([$field => $value]);
    }

    private function object(mixed $value, string $kind, string $at): mixed
    {
        if (is_array($value)) {
            $there = array_filter($value, fn ($each) => $each !== null);
            if ($there === []) {
                $this->note($at, 'no-value');
                return null;
            }
            if (count($there) > 1) {
                return Shaped::Lost;
            }
            $place = array_key_first($there);
            $shaped = $this->element($there[$place], $kind, join($at, $place));
            if ($shaped !== Shaped::Lost) {
                $this->note($at, 'unwrapped');
            }
            return $shaped;
        }
        if (is_string($value) && (trim($value) === '' || ($this->textField($kind) === null && absent($value)))) {
            $this->note($at, 'no-value');
            return null;
        }
        return $this->element($value, $kind, $at);
    }

    private function scalar(mixed $value, string $kind, string $at): mixed
    {
        if (is_array($value) || $value instanceof Fields) {
            return Shaped::Lost;
        }
        if ($kind === 'text') {
            return $this->text($value, $at);
        }
        if (is_string($value) && absent($value)) {
            $this->note($at, 'no-value');
            return null;
        }
        if ($kind === 'boolean') {
            return $this->boolean($value, $at);
        }
        if (is_bool($value)) {
            return Shaped::Lost;
        }
        if ($kind === 'number') {
            $shaped = decimal($value);
        } else {
            $exact = whole($value);
            $dot = $kind === 'dot-number';
            if ($dot && $exact === null && is_string($value) && preg_match(DOT_NAME, trim($value), $named)) {
                $exact = whole($named[1]);
            }
            if ($dot && $exact === 0) {
                $this->note($at, 'no-value');
                return null;
            }
            $range = ['dot-number' => [1, 99_999_999], 'int32' => [-(2 ** 31), 2 ** 31 - 1]];
            [$low, $high] = $range[$kind] ?? [PHP_INT_MIN, PHP_INT_MAX];
            $shaped = $exact !== null && $exact >= $low && $exact <= $high ? (string) $exact : null;
        }
        if ($shaped === null) {
            return Shaped::Lost;
        }
        if (is_string($value)) {
            $this->note($at, 'text-as-number');
        } elseif ($value->text !== $shaped) {
            $this->note($at, 'whole');
        }
        return new Digits($shaped);
    }

    private function text(bool|string|Digits $value, string $at): string
    {
        if (is_string($value)) {
            return $value;
        }
        $this->note($at, is_bool($value) ? 'boolean-as-text' : 'number-as-text');
        return is_bool($value) ? ($value ? 'true' : 'false') : $value->text;
    }

    private function boolean(bool|string|Digits $value, string $at): bool|Shaped
    {
        if (is_bool($value)) {
            return $value;
        }
        $word = is_string($value) ? strtolower(trim($value)) : (string) whole($value);
        if (!in_array($word, [...YES, ...NO], true)) {
            return Shaped::Lost;
        }
        $this->note($at, is_string($value) ? 'text-as-boolean' : 'number-as-boolean');
        return in_array($word, YES, true);
    }
}

/**
 * JSON text as a tree. `json_decode` would round numbers, so each is given to it as a text: with `#` before it, and every
 * real text with `"` before it.
 *
 * @throws \JsonException
 */
function read(string $text): mixed
{
    $mark = fn ($found) => $found[0][0] === '"' ? '"\"' . substr($found[0], 1) : "\"#$found[0]\"";
    $marked = preg_replace_callback(TEXT_OR_NUMBER, $mark, $text);
    return unmarked(json_decode($marked ?? '', false, 512, JSON_THROW_ON_ERROR));
}

function unmarked(mixed $value): mixed
{
    if (is_string($value)) {
        return $value[0] === '#' ? new Digits(substr($value, 1)) : substr($value, 1);
    }
    if (is_array($value)) {
        return array_map(unmarked(...), $value);
    }
    if (!$value instanceof \stdClass) {
        return $value;
    }
    $fields = new Fields();
    foreach (get_object_vars($value) as $key => $each) {
        if ($key[0] === '#') {
            throw new \JsonException('a number in place of a name');
        }
        $fields->all[substr($key, 1)] = unmarked($each);
    }
    return $fields;
}

function digits(mixed $value): ?string
{
    return $value instanceof Digits ? $value->text : (is_string($value) ? $value : null);
}

function absent(string $text): bool
{
    return in_array(strtolower(trim($text)), ['', 'na', 'n/a'], true);
}

/** Digits without their thousands separators. `1,5` is more likely a decimal than fifteen, so it stays. */
function ungrouped(string $text): string
{
    return preg_match(GROUPED, trim($text)) ? str_replace(',', '', trim($text)) : trim($text);
}

/** The whole number of a number or text, as a decoder takes it; null if it is not one, or needs more than 64 bits. */
function whole(string|Digits $value): ?int
{
    if ($value instanceof Digits && strpbrk($value->text, '.eE') !== false) {
        $exact = (float) $value->text;
        // As far as every whole number has a float of its own.
        return abs($exact) <= 2 ** 53 && floor($exact) === $exact ? (int) $exact : null;
    }
    if (!preg_match(WHOLE, ungrouped(digits($value)), $found)) {
        return null;
    }
    $text = $found[2] === '0' ? '0' : ($found[1] === '-' ? '-' : '') . $found[2];
    return (string) (int) $text === $text ? (int) $text : null;
}

function decimal(string|Digits $value): ?string
{
    if (!preg_match(DECIMAL, ungrouped(digits($value)), $found) || is_infinite((float) $found[0])) {
        return null;
    }
    if ($value instanceof Digits) {
        return $value->text;
    }
    $whole = ltrim($found[2], '0');
    $sign = $found[1] === '-' ? '-' : '';
    return $sign . ($whole === '' ? '0' : $whole) . rtrim($found[3] ?? '', '.') . ($found[4] ?? '');
}

function join(string $pointer, string|int $part): string
{
    return $pointer . '/' . str_replace(['~', '/'], ['~0', '~1'], (string) $part);
}

/** A tree as JSON text. */
function write(mixed $value): string
{
    if ($value instanceof Digits) {
        return $value->text;
    }
    if (is_array($value)) {
        return '[' . implode(',', array_map(write(...), $value)) . ']';
    }
    if (!$value instanceof Fields) {
        return json_encode($value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
    }
    $fields = array_map(fn ($key, $each) => write((string) $key) . ':' . write($each), array_keys($value->all), $value->all);
    return '{' . implode(',', $fields) . '}';
}
