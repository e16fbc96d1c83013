<?php

declare(strict_types=1);

// Reads the monitored carriers, what changed, and a certificate. PHP needs no generated client: answers are arrays.

require 'normalise.php';
require 'connection.php';

$table = json_decode(file_get_contents('schemas.json'), true);
$api = new Carriers\Connection(getenv('MCP_BASE'), getenv('MCP_USER'), getenv('MCP_PASSWORD'), $table);
$api->report = static function (string $operation, array $problems): void {
    foreach ($problems as [$at, $code]) {
        if (str_starts_with($code, 'lost-')) {
            fwrite(STDERR, "$operation $at $code\n");
        }
    }
};

$carriers = iterator_to_array($api->rows('monitored_carrier_data', ['pageSize' => 500], 'data'), false);
echo count($carriers), " carriers\n";

$now = strtotime((getenv('MCP_NOW') ?: gmdate('Y-m-d\TH:i:s')) . 'Z');
$window = ['fromDate' => gmdate('Y-m-d\TH:i:s', $now - 6 * 3600), 'toDate' => gmdate('Y-m-d\TH:i:s', $now), 'pageSize' => 500];
$changes = iterator_to_array($api->rows('carriers_changes', $window, 'CarrierList'), false);
// A change without its carrier is what the normaliser is for.
echo count(array_filter($changes, static fn (array $change): bool => isset($change['CarrierDetails']['dotNumber']))), " changes\n";

$certificates = array_merge(...array_map(static fn (array $carrier): array => $carrier['CertData']['Certificate'] ?? [], $carriers));
$names = array_filter(array_column($certificates, 'BlobName'));
if ($names !== []) {
    echo strlen($api->document(reset($names))), " bytes\n";
}

try {
    $api->call('preview_carrier', ['DOTNumber' => 99999998]);
} catch (Carriers\ApiError $error) {
    if (!$error->unknownCarrier()) {
        throw $error;
    }
    echo "no such carrier\n";
}
