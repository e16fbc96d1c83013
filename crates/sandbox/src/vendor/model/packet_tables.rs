//! The long flat records of a packet: what a carrier drives, where it goes, what it hauls, with which papers.

use crate::vendor::json::{Json, k};
use crate::vendor::model::field::Fields;
use crate::world::carrier::{Carrier, Salt};
use crate::world::fleet::{Trade, region};
use crate::world::hash::Draw;

/// Makes the keys of a flag and a count for each name.
macro_rules! flags_and_counts {
    ($($name:ident)+) => {
        &[$((stringify!($name), concat!(",\"", stringify!($name), "\":"), concat!(",\"", stringify!($name), "Count\":"))),+]
    };
}

/// Makes the key of a flag for each name.
macro_rules! flags {
    ($($name:ident)+) => {
        &[$((stringify!($name), concat!(",\"", stringify!($name), "\":"))),+]
    };
}

/// Writes one record as a member.
fn part(w: &mut Json, key: &str, c: &Carrier<'_>, write: impl FnOnce(&mut Fields<'_>)) {
    w.raw(key);
    w.open();
    let odd = Draw::new(c.draw(Salt::PacketTables).next() ^ (key.len() as u64) << 32);
    write(&mut Fields::new(w, (c.index != 0).then_some(odd)));
    w.close();
}

const TRUCK_TYPE: &[(&str, &str, &str)] = flags_and_counts! {
    AFrameTrailer AcidTanker AugerTrailer AutoCarrier BeamTrailer BellyDumpTrailer BTrain BoatTrailer Chassis
    ChemicalTankTrailer CompressedGasTanker Conestoga Container ContainerChassisTrailer20Foot
    ContainerChassisTrailer40Foot ContainerChassisTrailerComboChassis ContainerInsulated ContainerRefrigerated
    ContainerStandard ConvertibleTrailer Conveyor CryogenicLiquidTanker Dolly DoubleDrop DropDeckLandoll
    DryBulkTanker DualLaneTrailer DumpTrailer EightToTenCarHauler EndDumpTrailer ExtendableFlatbedTrailer
    FertilizerHopperTrailer Flatbed FlatbedAirRide FlatbedConestoga FlatbedDouble FlatbedHazMat FlatbedHotshot
    FlatbedMaxi FlatbedOrStepDeck FlatbedOverdimension FlatbedSpecialized FlatbedWithchains FlatbedWithSides
    FlatbedWithTarps FlatbedWithTeam FlatbedVanReefer FoodGradeTankTrailer FourToFiveCarHauler FuelTankTrailer
    GasCylinderTrailer GrainHopperTrailer HazmatTanker HopperBottom HopperHighSide HopperLowSide HopperTrailer
    HorseTrailer HotshotTrailer InsulatedVanOrReefer Landoll LivestockTrailer LiveBottomTrailer LoggingTrailer
    Lowboy LowboyOrRemGooseneck LowboyOverdimension MiniDeckTrailer MilkTankTrailer MovingVan
    MultiAxleHeavyHaulTrailer MultiLevelCarHauler OneToTwoCarHauler PerimeterTrailer PintleHitch
    PintleHitchTrailer PoleTrailer Pneumatic PowerOnly Reefer ReeferAirRide ReeferDouble ReeferHazMat
    ReeferIntermodal ReeferLogistics ReeferOrVentedVan ReeferPalletExchange ReeferSpecialized
    ReeferStandard48Foot ReeferStandard53Foot ReeferWithTeam RemovableGooseneck SideDumpTrailer
    SingleLevelCarHauler SixToSevenCarHauler StandardFlatbed48Foot StandardFlatbed53Foot
    SteerableStepDeckStretch StepDeck StepDeckOrRemGooseneck StepDeckSpecialized StepDeckStandard48Foot
    StepDeckStandard53Foot StepdeckConestoga StraightBoxTruck StretchFlatbed StretchRGN StretchStepDeck
    StretchTrailer TankerAluminum TankerIntermodal TankerSteel ThreeCarHauler TinWideTrailer Toter
    TruckAndTrailer Van VanAirRide VanBlanketWrap VanConestoga VanDouble VanHazMat VanHeated VanHotshot
    VanInsulated VanIntermodal VanLiftGate VanLogistics VanOpenTop VanOrFlatbed VanOrFlatbedwTarps VanOrReefer
    VanPalletExchange VanRollerBed VanSpecialized VanSprinter VanStandard VanTriple VanVented VanWithCurtains
    VanWithTeam WalkingFloorTrailer
};

const REGIONS: &[(&str, &str)] = flags! { NortheastRegion MidwestRegion SouthRegion WestRegion };

const STATES: &[(&str, &str)] = flags! {
    Alabama Alaska Arizona Arkansas California Colorado Delaware Florida Georgia Hawaii Idaho Illinois Indiana
    Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana
    Nebraska Nevada NewHampshire NewJersey NewMexico NewYork NorthCarolina NorthDakota Ohio Oklahoma Oregon
    Pennsylvania RhodeIsland SouthCarolina SouthDakota Tennessee Utah Vermont Virginia Washington WashingtonDC
    WestVirginia Wisconsin Wyoming Connecticut Texas
};

/// The provinces of Canada and the states of Mexico.
const ABROAD: &[(&str, &str)] = flags! {
    Alberta BritishColumbia Manitoba NewBrunswick NewfoundlandAndLabrador NorthwestTerritories NovaScotia
    Nunavut Ontario PrinceEdwardIsland Quebec Saskatchewan YukonTerritory Aguascalientes BajaCalifornia
    BajaCaliforniaNorte BajaCaliforniaSur Chihuahua Colima Campeche Coahuila Chiapas Durango Guerrero
    Guanajuato Hidalgo Jalisco MexicoCity MexicoState Michoacan Morelos Nayarit NuevoLeon Oaxaca Puebla
    QuintanaRoo Queretaro Sinaloa SanLuisPotosi Sonora Tabasco Tlaxcala Tamaulipas Veracruz Yucatan Zacatecas
};

/// What it drives. Who says that there is such a vehicle says how many.
pub(super) fn truck_type(w: &mut Json, c: &Carrier<'_>) {
    part(w, k!("CarrierTruckType"), c, |f| {
        for (name, flag, count) in TRUCK_TYPE {
            let own = c.fleet.has(name);
            f.flag(flag, own.is_some());
            match own {
                Some(own) => f.int(count, own),
                None => f.w.null(count),
            }
        }
    });
}

pub(super) fn lane(w: &mut Json, c: &Carrier<'_>) {
    // A carrier can leave a whole page of the packet out.
    if c.index % 17 == 6 {
        w.null(k!("CarrierLane"));
        return;
    }
    let fleet = &c.fleet;
    let serves = |name: &str| fleet.lanes.iter().any(|state| state.name.replace(' ', "") == name);
    part(w, k!("CarrierLane"), c, |f| {
        f.flag(k!("UnitedStates"), true);
        f.flag(k!("Mexico"), fleet.mexico);
        f.flag(k!("Canada"), fleet.canada);
        for (name, key) in REGIONS {
            f.flag(key, fleet.lanes.iter().any(|state| region(state.region) == *name));
        }
        for (name, key) in STATES {
            f.flag(key, serves(name));
        }
        for (name, key) in ABROAD {
            let served = match *name {
                "Ontario" | "Quebec" => fleet.canada,
                "NuevoLeon" | "Tamaulipas" => fleet.mexico,
                _ => false,
            };
            f.flag(key, served);
        }
    });
}

pub(super) fn cargo_hauled(w: &mut Json, c: &Carrier<'_>) {
    let trade = c.fleet.trade;
    let hauls = |trades: &[Trade]| trades.contains(&trade);
    part(w, k!("CarrierCargoHauled"), c, |f| {
        f.flag(k!("GeneralFreight"), hauls(&[Trade::DryVan, Trade::Reefer, Trade::Intermodal, Trade::Box]));
        f.flag(k!("LiquidsGas"), hauls(&[Trade::Tank]));
        f.flag(k!("Chemicals"), hauls(&[Trade::Tank]) && c.fleet.hazardous);
        f.flag(k!("HouseholdGoods"), trade == Trade::Box && c.index.is_multiple_of(2));
        f.flag(k!("IntermodalContainers"), hauls(&[Trade::Intermodal]));
        f.flag(k!("CommoditiesDryBulk"), hauls(&[Trade::Tank]) && !c.fleet.hazardous);
        f.flag(k!("MetalSheetsCoilsRolls"), hauls(&[Trade::Flatbed]));
        f.flag(k!("Passengers"), false);
        f.flag(k!("RefrigeratedFood"), hauls(&[Trade::Reefer]));
        f.flag(k!("MotorVehicles"), hauls(&[Trade::AutoHaul]));
        f.flag(k!("OilfieldEquipment"), false);
        f.flag(k!("Beverages"), hauls(&[Trade::DryVan, Trade::Reefer]));
        f.flag(k!("DrivewayTowaway"), false);
        f.flag(k!("LivestockContainers"), false);
        f.flag(k!("PaperProducts"), hauls(&[Trade::DryVan]));
        f.flag(k!("LogsPolesBeamsLumber"), hauls(&[Trade::Flatbed]) && c.index.is_multiple_of(3));
        f.flag(k!("GrainFeedHay"), false);
        f.flag(k!("Utility"), false);
        f.flag(k!("BuildingMaterials"), hauls(&[Trade::Flatbed, Trade::DryVan]));
        f.flag(k!("CoalCoke"), false);
        f.flag(k!("FarmSupplies"), hauls(&[Trade::Flatbed]) && c.index.is_multiple_of(5));
        f.flag(k!("MobileHomes"), false);
        f.flag(k!("Meat"), hauls(&[Trade::Reefer]));
        f.flag(k!("Construction"), hauls(&[Trade::Flatbed]));
        f.flag(k!("MachineryLargeObjects"), hauls(&[Trade::Flatbed]));
        f.flag(k!("GarbageRefuseTrash"), false);
        f.flag(k!("WaterWell"), false);
        f.flag(k!("FreshProduce"), hauls(&[Trade::Reefer]));
        f.flag(k!("USMail"), hauls(&[Trade::DryVan]) && c.index.is_multiple_of(7));
        f.word(k!("Other"), if c.index % 16 == 2 { "SAMPLE GOODS" } else { "" });
    });
}

pub(super) fn classification(w: &mut Json, c: &Carrier<'_>) {
    const NONE: &[(&str, &str)] = flags! {
        Migrant IndianNation USMail PrivateProperty FederalGovernment PrivPassBusiness StateGovernment
        PrivPassNonBusiness LocalGovernment
    };
    /// What a company says of its owners.
    const OWNERS: &[(&str, &str)] = flags! {
        WOSB VOSB MBE AsianPacificAmerican SubcontinentAmerican NOB HispanicAmerican AfricanAmerican WBE DBE SBA8a EDWOSB
        SDVOSB HUBZone LGBTQIA
    };
    let interstate = c.authority.granted.is_some();
    let mut draw = c.draw(Salt::Risk);
    part(w, k!("CarrierCompanyClassification"), c, |f| {
        f.flag(k!("AuthForHire"), interstate);
        f.flag(k!("ExemptForHire"), !interstate);
        NONE.iter().for_each(|(_, key)| f.flag(key, false));
        OWNERS.iter().for_each(|(_, key)| f.flag(key, draw.hit(9)));
        f.word(k!("Other"), "");
    });
}

pub(super) fn mode(w: &mut Json, c: &Carrier<'_>) {
    let trade = c.fleet.trade;
    part(w, k!("CarrierMode"), c, |f| {
        f.flag(k!("LessThanTruckLoad"), trade == Trade::Box || c.index % 6 == 1);
        f.flag(k!("Partial"), c.index % 5 == 2);
        f.flag(k!("Truckload"), trade != Trade::Box);
        f.flag(k!("Rail"), false);
        f.flag(k!("Intermodal"), trade == Trade::Intermodal);
        f.flag(k!("Air"), false);
        f.flag(k!("Expedite"), trade == Trade::Box);
        f.flag(k!("Ocean"), false);
        f.flag(k!("Drayage"), trade == Trade::Intermodal);
    });
}

pub(super) fn certification(w: &mut Json, c: &Carrier<'_>) {
    let fleet = &c.fleet;
    let tanker = fleet.trade == Trade::Tank;
    part(w, k!("CarrierCertification"), c, |f| {
        f.flag(k!("Hazmat"), fleet.hazardous);
        f.word(k!("HazmatNumber"), "");
        f.flag(k!("SmartWay"), c.index.is_multiple_of(9));
        f.flag(k!("CARB"), c.state == "CA" && fleet.trade == Trade::Reefer);
        f.flag(k!("TWIC"), fleet.trade == Trade::Intermodal);
        f.flag(k!("CTPATCertified"), fleet.mexico);
        f.w.null(k!("CTPATSVINumber"));
        f.flag(k!("TankerEndorsed"), tanker);
        if tanker {
            f.int(k!("TankerEndorsedNumOfDrivers"), fleet.licensed);
        } else {
            f.w.null(k!("TankerEndorsedNumOfDrivers"));
        }
        f.flag(k!("CBP"), fleet.canada || fleet.mexico);
        f.flag(k!("CBSA"), fleet.canada);
        f.flag(k!("ANAM"), fleet.mexico);
        f.flag(k!("ACE"), fleet.canada || fleet.mexico);
        f.flag(k!("ACI"), fleet.canada);
        f.flag(k!("CSA"), fleet.canada && c.index.is_multiple_of(2));
        f.flag(k!("FAST"), fleet.canada && c.index.is_multiple_of(3));
        f.flag(k!("PIP"), false);
    });
}

pub(super) fn truck_class(w: &mut Json, c: &Carrier<'_>) {
    let trade = c.fleet.trade;
    let bulk = c.fleet.has("DryBulkTanker").is_some();
    part(w, k!("CarrierTruckClass"), c, |f| {
        f.flag(k!("Conestoga"), c.fleet.has("Conestoga").is_some());
        f.flag(k!("Containers"), trade == Trade::Intermodal);
        f.flag(k!("DecksSpecialized"), false);
        f.flag(k!("DecksStandard"), c.fleet.has("StepDeckStandard48Foot").is_some());
        f.flag(k!("DryBulk"), bulk);
        f.flag(k!("Flatbeds"), trade == Trade::Flatbed);
        f.flag(k!("HazardousMaterials"), c.fleet.hazardous);
        f.flag(k!("Reefers"), trade == Trade::Reefer);
        f.flag(k!("Tankers"), trade == Trade::Tank);
        f.flag(k!("VansSpecialized"), c.fleet.has("VanInsulated").is_some());
        f.flag(k!("VansStandard"), c.fleet.has("VanStandard").is_some());
        f.word(k!("Other"), "");
    });
}

pub(super) fn operational_detail(w: &mut Json, c: &Carrier<'_>) {
    let fleet = &c.fleet;
    let interstate = fleet.drivers - fleet.intrastate;
    let near = |drivers: u32| drivers * fleet.local / 100;
    let count = |names: &[&str]| names.iter().filter_map(|name| fleet.has(name)).sum::<u32>();
    let vans = ["VanStandard", "VanLiftGate", "VanInsulated", "VanSprinter"];
    let reefers = ["ReeferStandard53Foot", "ReeferStandard48Foot"];
    let flats = ["StandardFlatbed48Foot", "Conestoga"];
    let (decks, tanks) = (["StepDeckStandard48Foot"], ["FoodGradeTankTrailer", "DryBulkTanker", "HazmatTanker"]);
    part(w, k!("CarrierOperationalDetail"), c, |f| {
        f.int(k!("FleetSize"), fleet.power());
        f.int(k!("TotalPowerUnits"), fleet.power());
        f.int(k!("NumberOfVehicles"), fleet.power() + fleet.trailers.total());
        f.flag(k!("ReeferEquipment"), count(&reefers) > 0);
        f.flag(k!("VanEquipment"), count(&vans) > 0);
        f.flag(k!("FlatbedStepDeckEquipment"), count(&flats) + count(&decks) > 0);
        f.int(k!("OwnedTractors"), fleet.tractors.owned);
        f.int(k!("OwnedTrucks"), fleet.trucks.owned);
        f.int(k!("OwnedTrailers"), fleet.trailers.owned);
        f.int(k!("TermLeasedTractors"), fleet.tractors.term);
        f.int(k!("TermLeasedTrucks"), fleet.trucks.term);
        f.int(k!("TermLeasedTrailers"), fleet.trailers.term);
        f.int(k!("TripLeasedTractors"), fleet.tractors.trip);
        f.int(k!("TripLeasedTrucks"), fleet.trucks.trip);
        f.int(k!("TripLeasedTrailers"), fleet.trailers.trip);
        f.int(k!("InterstateAndIntrastateDrivers"), fleet.drivers);
        f.int(k!("CDLEmployedDrivers"), fleet.licensed);
        f.int(k!("MonthlyAverageLeasedDrivers"), fleet.tractors.trip);
        f.int(k!("InterstateDriversTotal"), interstate);
        f.int(k!("InterstateDriversGT100Miles"), interstate - near(interstate));
        f.int(k!("InterstateDriversLT100Miles"), near(interstate));
        f.int(k!("IntrastateDriversTotal"), fleet.intrastate);
        f.int(k!("IntrastateDriversGT100Miles"), fleet.intrastate - near(fleet.intrastate));
        f.int(k!("IntrastateDriversLT100Miles"), near(fleet.intrastate));
        f.flag(k!("PowerOnly"), fleet.trailers.total() == 0 && fleet.trade != Trade::Box);
        f.flag(k!("SatelliteEquipment"), c.index % 7 == 3);
        f.flag(k!("TeamDrivers"), fleet.drivers > fleet.power());
        f.flag(k!("DropTrailer"), fleet.trailers.total() > fleet.power());
        f.flag(k!("ELDCompliant"), true);
        f.word(k!("ELDCompliantBy"), ELD_PROVIDER);
        f.word(k!("ELDIdentifier"), ELD_IDENTIFIER);
        f.int(k!("NumberOfTractors"), fleet.tractors.total());
        f.int(k!("NumberOfVans"), count(&vans));
        f.int(k!("NumberOfReefers"), count(&reefers));
        f.int(k!("NumberOfFlats"), count(&flats));
        f.int(k!("NumberOfStepDecks"), count(&decks));
        f.int(k!("NumberOfTanks"), count(&tanks));
    });
}

/// Of the devices that log the hours of drivers.
pub(super) const ELD_PROVIDER: &str = "Sample ELD";
pub(super) const ELD_IDENTIFIER: &str = "SBX001";
