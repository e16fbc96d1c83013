<?php

declare(strict_types=1);

/* Runs the vectors through normalise.php: php run.php VECTORS TABLE LEAST. */

use Normalise\Normaliser;
use Normalise\Refused;

require __DIR__ . '/../normalise.php';

set_error_handler(fn ($level, $text, $file, $line) => throw new ErrorException($text, 0, $level, $file, $line));
ini_set('memory_limit', '2G');

[, $folder, $table, $least] = $argv;
$normaliser = new Normaliser(json_decode(file_get_contents($table), true));

$vectors = [];
foreach (glob("$folder/*.json") as $file) {
    foreach (Normalise\read(file_get_contents($file))->all['vectors'] ?? [] as $vector) {
        $vectors[] = $vector->all;
    }
}

function body(array $vector): string
{
    return isset($vector['base64'])
        ? base64_decode($vector['base64'])
        : $vector['text'] ?? Normalise\write($vector['answer']);
}

/** The error, the output and the problems, a line each. */
function lines(string $code, string $output, array $problems): string
{
    $problems = array_map(fn ($problem) => implode(' ', $problem), $problems);
    sort($problems, SORT_STRING);
    return "$code\n  $output\n  " . implode(', ', $problems);
}

$outcome = function (string $body, string $of) use ($normaliser): string {
    try {
        $result = $normaliser->normalise($body, $of);
        json_decode($result->text, false, 512, JSON_THROW_ON_ERROR);
        return lines('', $result->text, $result->problems);
    } catch (Refused $refused) {
        return lines($refused->reason, $refused->result?->text ?? '', $refused->result?->problems ?? []);
    }
};

function expected(array $vector): string
{
    $output = array_key_exists('output', $vector) ? Normalise\write($vector['output']) : '';
    return lines($vector['error'] ?? '', $output, $vector['problems'] ?? []);
}

$failed = 0;
foreach ($vectors as $vector) {
    $found = $outcome(body($vector), $vector['of']);
    if ($found !== expected($vector)) {
        $failed++;
        echo "{$vector['name']}:\n expected ", expected($vector), "\n found    $found\n";
    }
}

const PARTS = ['{"$ref":"1"}', '"$id":"1",', '"$values":', '[', ']', '{', '}', '"', '\\', "\xff", '\ud800', '1e999', '-', 'null', ',', ''];
mt_srand(7);
$quick = array_values(array_filter($vectors, fn ($vector) => ($vector['error'] ?? '') !== 'too-large'));
for ($n = 0; $n < 2000; $n++) {
    $vector = $quick[mt_rand(0, count($quick) - 1)];
    $given = body($vector);
    for ($edits = mt_rand(1, 3); $edits > 0; $edits--) {
        $start = mt_rand(0, strlen($given));
        $length = [0, 1, 20][mt_rand(0, 2)];
        $part = PARTS[mt_rand(0, 16)] ?? str_repeat(substr($given, $start, $length), 2);
        $given = substr_replace($given, $part, $start, $length);
    }
    try {
        $outcome($given, $vector['of']);
    } catch (Throwable $error) {
        $failed++;
        echo "{$vector['name']}, changed: {$error->getMessage()}: ", base64_encode($given), "\n";
    }
}

printf("php: %d vectors, 2000 changed bodies, %d failed\n", count($vectors), $failed);
exit($failed > 0 || count($vectors) < (int) $least ? 1 : 0);
