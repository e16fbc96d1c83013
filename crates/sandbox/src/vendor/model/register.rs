//! The parts of `CarrierDetails` that come from the federal registers.

use crate::vendor::json::{Json, k};
use crate::vendor::model::field::Fields;
use crate::world::carrier::{Carrier, Salt};
use crate::world::fleet::{Trade, Units};
use crate::world::hash::Draw;
use crate::world::safety::{Basic, Inspected, Rating};

/// Writes one part as a member.
fn part(w: &mut Json, key: &str, c: &Carrier<'_>, write: impl FnOnce(&mut Fields<'_>)) {
    w.raw(key);
    w.open();
    // The sample carrier is whole, and so is one whose facts were given.
    let odd = Draw::new(c.draw(Salt::Fmcsa).next() ^ key.len() as u64 ^ u64::from(key.as_bytes()[2]) << 8);
    write(&mut Fields::new(w, (c.index != 0 && !c.is_given).then_some(odd)));
    w.close();
}

/// Whether it may haul for hire from state to state, as the registers word it.
pub(crate) fn authorized(c: &Carrier<'_>) -> &'static str {
    match c.authority.granted {
        None => "None",
        Some(_) if c.authority.is_active() => "Active",
        Some(_) => "Inactive",
    }
}

pub(super) fn authority(w: &mut Json, c: &Carrier<'_>) {
    let authority = &c.authority;
    let word = authorized(c);
    let forwarder = c.docket.is_some_and(|docket| docket.prefix == "FF");
    part(w, k!("Authority"), c, |f| {
        f.date(k!("authGrantDate"), authority.granted);
        f.word(k!("commonAuthority"), word);
        f.yes(k!("commonAuthorityPending"), false);
        f.yes(k!("commonAuthorityRevocation"), authority.is_revoked);
        f.word(k!("contractAuthority"), if c.index % 3 == 1 { "None" } else { word });
        f.yes(k!("contractAuthorityPending"), false);
        f.yes(k!("contractAuthorityRevocation"), authority.is_revoked && c.index % 3 != 1);
        f.word(k!("brokerAuthority"), if forwarder { word } else { "None" });
        f.yes(k!("brokerAuthorityPending"), false);
        f.yes(k!("brokerAuthorityRevocation"), forwarder && authority.is_revoked);
        f.yes(k!("freight"), true);
        f.yes(k!("passenger"), false);
        f.yes(k!("householdGoods"), c.fleet.trade == Trade::Box && c.index.is_multiple_of(2));
        f.yes(k!("private"), false);
        f.yes(k!("enterprise"), false);
    });
}

pub(super) fn inspection(w: &mut Json, c: &Carrier<'_>) {
    let safety = &c.safety;
    let none = Inspected::default();
    part(w, k!("Inspection"), c, |f| {
        let mut three = |[count, out, share]: [&str; 3], of: Inspected| {
            f.count(count, of.count);
            f.count(out, of.out);
            f.percent(share, of.share());
        };
        three([k!("inspectVehUS"), k!("inspectVehOOSUS"), k!("inspectVehOOSPctUS")], safety.vehicles);
        three([k!("inspectDrvUS"), k!("inspectDrvOOSUS"), k!("inspectDrvOOSPctUS")], safety.drivers);
        three([k!("inspectHazUS"), k!("inspectHazOOSUS"), k!("inspectHazOOSPctUS")], safety.hazardous);
        three([k!("inspectIEPUS"), k!("inspectIEPOOSUS"), k!("inspectIEPOOSPctUS")], none);
        f.count(k!("inspectTotalIEPUS"), 0);
        f.count(k!("inspectTotalUS"), safety.inspections());
        let mut three = |[count, out, share]: [&str; 3], of: Inspected| {
            f.count(count, of.count);
            f.count(out, of.out);
            f.percent(share, of.share());
        };
        three([k!("inspectVehCAN"), k!("inspectVehOOSCAN"), k!("inspectVehOOSPctCAN")], safety.vehicles_canada);
        three([k!("inspectDrvCAN"), k!("inspectDrvOOSCAN"), k!("inspectDrvOOSPctCAN")], safety.drivers_canada);
        f.count(k!("inspectTotalCAN"), safety.drivers_canada.count);
    });
}

pub(super) fn crash(w: &mut Json, c: &Carrier<'_>) {
    let crashes = c.safety.crashes;
    part(w, k!("Crash"), c, |f| {
        f.count(k!("crashFatalUS"), crashes.fatal);
        f.count(k!("crashInjuryUS"), crashes.injury);
        f.count(k!("crashTowUS"), crashes.tow);
        f.count(k!("crashTotalUS"), crashes.total());
        for key in [k!("crashFatalCAN"), k!("crashInjuryCAN"), k!("crashTowCAN"), k!("crashTotalCAN")] {
            f.count(key, 0);
        }
    });
}

pub(super) fn review(w: &mut Json, c: &Carrier<'_>) {
    // A whole part can be missing.
    if c.index % 41 == 9 {
        w.null(k!("Review"));
        return;
    }
    let safety = &c.safety;
    // Crashes for each million miles of the years on record.
    let millions = u64::from(c.fleet.miles) * u64::from(safety.readings.max(1)) / 1_000_000;
    let rate = u64::from(safety.crashes.total()) * 1000 / millions.max(1);
    let thousandths = |value: u64| format!("{}.{:03}", value / 1000, value % 1000);
    part(w, k!("Review"), c, |f| {
        let kind = match (safety.rated, c.index % 3) {
            (Some(_), _) => "Compliance Review",
            (None, 0) => "Non-Ratable",
            (None, _) => "",
        };
        f.word(k!("reviewType"), kind);
        f.date(k!("reviewDate"), safety.rated);
        f.count(k!("reviewDocNum"), if safety.rated.is_some() { 100_000 + c.index % 800_000 } else { 0 });
        f.count(k!("reviewMiles"), c.fleet.miles);
        f.date(k!("mcs150Date"), Some(safety.filed));
        f.word(k!("mcs150MileYear"), &safety.filed.plus(-300 * crate::world::clock::DAY).date().0.to_string());
        f.word(k!("mcs150Miles"), &c.fleet.miles.to_string());
        f.word(k!("accidentRate"), &thousandths(rate));
        f.word(k!("accidentRatePrevent"), &thousandths(rate / 2));
    });
}

pub(super) fn operation(w: &mut Json, c: &Carrier<'_>) {
    let interstate = c.authority.granted.is_some();
    let out = c.safety.out_of_service;
    let forwarder = c.docket.is_some_and(|docket| docket.prefix == "FF");
    let mexican = c.country == "MX";
    part(w, k!("Operation"), c, |f| {
        f.date(k!("dotAddDate"), Some(c.founded.plus(-40 * crate::world::clock::DAY)));
        let kind = match (interstate, c.fleet.hazardous) {
            (true, _) => "Interstate",
            (false, true) => "Intrastate Hazmat",
            (false, false) => "Intrastate Non-Hazmat",
        };
        f.word(k!("carrierOperation"), kind);
        f.word(k!("shipperOperation"), "");
        f.word(k!("mxOperationType"), if mexican { "Commercial Zone" } else { "" });
        f.word(k!("mxRFCNumber"), "");
        f.yes(k!("outOfService"), out);
        f.date(k!("outOfServiceDate"), c.safety.rated.filter(|_| out));
        f.word(k!("outOfServiceReason"), if out { "Unsatisfactory safety rating" } else { "" });
        f.yes(k!("entityCarrier"), true);
        f.yes(k!("entityShipper"), false);
        f.yes(k!("entityBroker"), false);
        f.yes(k!("entityFreightFowarder"), forwarder);
        f.yes(k!("entityCargoTank"), c.fleet.trade == Trade::Tank);
        f.yes(k!("classAuthForHire"), interstate);
        for key in [
            k!("classMigrant"),
            k!("classIndianNation"),
            k!("classUSMail"),
            k!("classPrivateProperty"),
            k!("classFederalGovernment"),
            k!("classPrivPassBusiness"),
            k!("classStateGovernment"),
            k!("classPrivPassNonBusiness"),
            k!("classLocalGovernment"),
        ] {
            f.yes(key, false);
        }
        f.yes(k!("classExemptForHire"), !interstate);
        f.word(k!("classOther"), "");
        let status = match (out, interstate, c.is_active()) {
            (true, ..) => "OUT OF SERVICE",
            (_, true, true) => "AUTHORIZED FOR Property",
            (_, true, false) => "NOT AUTHORIZED",
            (_, false, _) => "",
        };
        f.word(k!("operatingStatus"), status);
    });
}

pub(super) fn cargo(w: &mut Json, c: &Carrier<'_>) {
    let trade = c.fleet.trade;
    let hauls = |trades: &[Trade]| trades.contains(&trade);
    part(w, k!("Cargo"), c, |f| {
        f.yes(k!("hazmatIndicator"), c.fleet.hazardous);
        f.yes(k!("cargoGenFreight"), hauls(&[Trade::DryVan, Trade::Reefer, Trade::Intermodal, Trade::Box]));
        f.yes(k!("cargoHousehold"), trade == Trade::Box && c.index.is_multiple_of(2));
        f.yes(k!("cargoMetal"), hauls(&[Trade::Flatbed]));
        f.yes(k!("cargoMotorVeh"), hauls(&[Trade::AutoHaul]));
        f.yes(k!("cargoDriveTow"), false);
        f.yes(k!("cargoLogPole"), hauls(&[Trade::Flatbed]) && c.index.is_multiple_of(3));
        f.yes(k!("cargoBldgMaterial"), hauls(&[Trade::Flatbed, Trade::DryVan]));
        f.yes(k!("cargoMobileHome"), false);
        f.yes(k!("cargoMachLarge"), hauls(&[Trade::Flatbed]));
        f.yes(k!("cargoProduce"), hauls(&[Trade::Reefer]));
        f.yes(k!("cargoLiqGas"), hauls(&[Trade::Tank]));
        f.yes(k!("cargoIntermodal"), hauls(&[Trade::Intermodal]));
        for key in [k!("cargoPassengers"), k!("cargoOilfield"), k!("cargoLivestock"), k!("cargoGrainfeed")] {
            f.yes(key, false);
        }
        f.yes(k!("cargoCoalcoke"), false);
        f.yes(k!("cargoMeat"), hauls(&[Trade::Reefer]));
        f.yes(k!("cargoGarbage"), false);
        f.yes(k!("cargoUSMail"), hauls(&[Trade::DryVan]) && c.index.is_multiple_of(7));
        f.yes(k!("cargoChemicals"), hauls(&[Trade::Tank]) && c.fleet.hazardous);
        f.yes(k!("cargoDryBulk"), hauls(&[Trade::Tank]) && !c.fleet.hazardous);
        f.yes(k!("cargoRefrigerated"), hauls(&[Trade::Reefer]));
        f.yes(k!("cargoBeverages"), hauls(&[Trade::DryVan, Trade::Reefer]));
        f.yes(k!("cargoPaperProd"), hauls(&[Trade::DryVan]));
        f.yes(k!("cargoUtilities"), false);
        f.yes(k!("cargoFarmSupplies"), hauls(&[Trade::Flatbed]) && c.index.is_multiple_of(5));
        f.yes(k!("cargoConstruction"), hauls(&[Trade::Flatbed]));
        f.yes(k!("cargoWaterwell"), false);
        f.yes(k!("cargoOther"), c.index % 16 == 2);
        f.word(k!("cargoOtherDesc"), if c.index % 16 == 2 { "SAMPLE GOODS" } else { "" });
    });
}

pub(super) fn drivers(w: &mut Json, c: &Carrier<'_>) {
    let fleet = &c.fleet;
    let interstate = fleet.drivers - fleet.intrastate;
    let near = |drivers: u32| drivers * fleet.local / 100;
    part(w, k!("Drivers"), c, |f| {
        f.count(k!("driversTotal"), fleet.drivers);
        f.count(k!("driversAvgLeased"), fleet.tractors.trip);
        f.count(k!("driversCDL"), fleet.licensed);
        f.count(k!("driversInter"), interstate);
        f.count(k!("driversInterLT100"), near(interstate));
        f.count(k!("driversInterGT100"), interstate - near(interstate));
        f.count(k!("driversIntra"), fleet.intrastate);
        f.count(k!("driversIntraLT100"), near(fleet.intrastate));
        f.count(k!("driversIntraGT100"), fleet.intrastate - near(fleet.intrastate));
    });
}

pub(super) fn equipment(w: &mut Json, c: &Carrier<'_>) {
    let fleet = &c.fleet;
    part(w, k!("Equipment"), c, |f| {
        f.count(k!("trucksTotal"), fleet.trucks.total());
        f.count(k!("totalPower"), fleet.power());
        f.word(k!("fleetsize"), fleet.size());
        let mut three = |[owned, term, trip]: [&str; 3], units: Units| {
            f.count(owned, units.owned);
            f.count(term, units.term);
            f.count(trip, units.trip);
        };
        three([k!("trucksOwned"), k!("trucksTerm"), k!("trucksTrip")], fleet.trucks);
        three([k!("trailersOwned"), k!("trailersTerm"), k!("trailersTrip")], fleet.trailers);
        three([k!("tractorsOwned"), k!("tractorsTerm"), k!("tractorsTrip")], fleet.tractors);
    });
}

pub(super) fn other(w: &mut Json, c: &Carrier<'_>) {
    part(w, k!("Other"), c, |f| {
        f.yes(k!("carbTru"), c.state == "CA" && c.fleet.trade == Trade::Reefer);
        f.yes(k!("smartway"), c.index.is_multiple_of(9));
        f.word(k!("watchdogReports"), "NOACCOUNT");
    });
}

/// The keys of a category, in the order of [`Safety::basics`](crate::world::safety::Safety::basics).
const BASICS: [[&str; 6]; 6] = [
    [
        k!("unsafeDrvPCT"),
        k!("unsafeDrvOT"),
        k!("unsafeDrvSV"),
        k!("unsafeDrvAlert"),
        k!("unsafeDrvTrend"),
        k!("unsafeDrvCNT"),
    ],
    [k!("hosPCT"), k!("hosOT"), k!("hosSV"), k!("hosAlert"), k!("hosTrend"), k!("hosCNT")],
    [k!("drvFitPCT"), k!("drvFitOT"), k!("drvFitSV"), k!("drvFitAlert"), k!("drvFitTrend"), k!("drvFitCNT")],
    [
        k!("controlSubPCT"),
        k!("controlSubOT"),
        k!("controlSubSV"),
        k!("controlSubAlert"),
        k!("controlSubTrend"),
        k!("controlSubCNT"),
    ],
    [
        k!("vehMaintPCT"),
        k!("vehMaintOT"),
        k!("vehMaintSV"),
        k!("vehMaintAlert"),
        k!("vehMaintTrend"),
        k!("vehMaintCNT"),
    ],
    [k!("hazMatPCT"), k!("hazMatOT"), k!("hazMatSV"), k!("hazMatAlert"), k!("hazMatTrend"), k!("hazMatCNT")],
];

pub(super) fn safety(w: &mut Json, c: &Carrier<'_>) {
    part(w, k!("Safety"), c, |f| {
        f.word(k!("rating"), rating(c));
        f.date(k!("ratingDate"), c.safety.rated);
        for (keys, basic) in BASICS.iter().zip(&c.safety.basics) {
            category(f, keys, basic);
        }
    });
}

/// In any case of letters, as the wire has it.
pub(crate) fn rating(c: &Carrier<'_>) -> &'static str {
    match (c.safety.rating, c.index % 11) {
        (Rating::Satisfactory, 4) => "SATISFACTORY",
        (Rating::Satisfactory, _) => "Satisfactory",
        (Rating::Conditional, _) => "Conditional",
        (Rating::Unsatisfactory, _) => "Unsatisfactory",
        (Rating::None, 3) => "",
        (Rating::None, _) => "None",
    }
}

fn category(f: &mut Fields<'_>, keys: &[&str; 6], basic: &Basic) {
    let [percentile, over, serious, alert, trend, count] = *keys;
    match basic.percentile {
        Some(own) => f.percent(percentile, own),
        None => f.word(percentile, ""),
    }
    f.yes(over, basic.over_threshold);
    f.yes(serious, basic.serious);
    f.yes(alert, basic.alert());
    f.word(
        trend,
        match basic.worse {
            Some(true) => "UP",
            Some(false) => "DOWN",
            None => "NA",
        },
    );
    f.int(count, basic.violations);
}
