//! The long flat models of a packet: what a carrier drives, where, with which papers.

use crate::vendor::model::table::{Kind, Table, table};

/// Makes a [`Table`] of a flag and a count for each name.
macro_rules! flags_and_counts {
    ($($name:ident)+) => {
        &[$(
            (concat!(",\"", stringify!($name), "\":"), Kind::Bool(10)),
            (concat!(",\"", stringify!($name), "Count\":"), Kind::MaybeInt(40)),
        )+]
    };
}

pub(super) const TRUCK_TYPE: Table = flags_and_counts! {
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

pub(super) const LANE: Table = table! {
    Kind::Bool(240) => UnitedStates;
    Kind::Bool(20) => Mexico Canada;
    Kind::Bool(128) =>
        NortheastRegion MidwestRegion SouthRegion WestRegion Alabama Alaska Arizona Arkansas California
        Colorado Delaware Florida Georgia Hawaii Idaho Illinois Indiana Iowa Kansas Kentucky Louisiana Maine
        Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska Nevada NewHampshire
        NewJersey NewMexico NewYork NorthCarolina NorthDakota Ohio Oklahoma Oregon Pennsylvania RhodeIsland
        SouthCarolina SouthDakota Tennessee Utah Vermont Virginia Washington WashingtonDC WestVirginia
        Wisconsin Wyoming Connecticut Texas;
    Kind::Bool(9) =>
        Alberta BritishColumbia Manitoba NewBrunswick NewfoundlandAndLabrador NorthwestTerritories NovaScotia
        Nunavut Ontario PrinceEdwardIsland Quebec Saskatchewan YukonTerritory Aguascalientes BajaCalifornia
        BajaCaliforniaNorte BajaCaliforniaSur Chihuahua Colima Campeche Coahuila Chiapas Durango Guerrero
        Guanajuato Hidalgo Jalisco MexicoCity MexicoState Michoacan Morelos Nayarit NuevoLeon Oaxaca Puebla
        QuintanaRoo Queretaro Sinaloa SanLuisPotosi Sonora Tabasco Tlaxcala Tamaulipas Veracruz Yucatan
        Zacatecas;
};

pub(super) const CARGO_HAULED: Table = table! {
        Kind::Bool(220) => GeneralFreight;
        Kind::Bool(40) => LiquidsGas Chemicals HouseholdGoods IntermodalContainers CommoditiesDryBulk
        MetalSheetsCoilsRolls Passengers RefrigeratedFood MotorVehicles OilfieldEquipment Beverages
        DrivewayTowaway LivestockContainers PaperProducts LogsPolesBeamsLumber GrainFeedHay Utility
        BuildingMaterials CoalCoke FarmSupplies MobileHomes Meat Construction MachineryLargeObjects
        GarbageRefuseTrash WaterWell FreshProduce USMail;
        Kind::Word(&["", "", "SAMPLE GOODS"]) => Other;
};

pub(super) const CLASSIFICATION: Table = table! {
        Kind::Bool(240) => AuthForHire;
        Kind::Bool(12) => Migrant IndianNation ExemptForHire USMail PrivateProperty FederalGovernment
        PrivPassBusiness StateGovernment PrivPassNonBusiness LocalGovernment WOSB VOSB MBE AsianPacificAmerican
        SubcontinentAmerican NOB HispanicAmerican AfricanAmerican WBE DBE SBA8a EDWOSB SDVOSB HUBZone LGBTQIA;
        Kind::Empty => Other;
};

pub(super) const MODE: Table = table! {
        Kind::Bool(50) => LessThanTruckLoad Partial;
        Kind::Bool(230) => Truckload;
        Kind::Bool(50) => Rail Intermodal Air Expedite Ocean Drayage;
};

pub(super) const CERTIFICATION: Table = table! {
        Kind::Bool(40) => Hazmat;
        Kind::Empty => HazmatNumber;
        Kind::Bool(40) => SmartWay CARB TWIC CTPATCertified;
        Kind::Null => CTPATSVINumber;
        Kind::Bool(40) => TankerEndorsed;
        Kind::MaybeInt(30) => TankerEndorsedNumOfDrivers;
        Kind::Bool(40) => CBP CBSA ANAM ACE ACI CSA FAST PIP;
};

pub(super) const TRUCK_CLASS: Table = table! {
        Kind::Bool(60) => Conestoga Containers DecksSpecialized DecksStandard DryBulk Flatbeds
        HazardousMaterials Reefers Tankers VansSpecialized VansStandard;
        Kind::Empty => Other;
};

pub(super) const OPERATIONAL_DETAIL: Table = table! {
        Kind::MaybeInt(200) => FleetSize TotalPowerUnits NumberOfVehicles;
        Kind::Bool(90) => ReeferEquipment VanEquipment FlatbedStepDeckEquipment;
        Kind::MaybeInt(200) => OwnedTractors OwnedTrucks OwnedTrailers TermLeasedTractors TermLeasedTrucks
        TermLeasedTrailers TripLeasedTractors TripLeasedTrucks TripLeasedTrailers InterstateAndIntrastateDrivers
        CDLEmployedDrivers MonthlyAverageLeasedDrivers InterstateDriversTotal InterstateDriversGT100Miles
        InterstateDriversLT100Miles IntrastateDriversTotal IntrastateDriversGT100Miles
        IntrastateDriversLT100Miles;
        Kind::Bool(90) => PowerOnly SatelliteEquipment TeamDrivers DropTrailer ELDCompliant;
        Kind::Word(&["Sample ELD", "Placeholder Logs", ""]) => ELDCompliantBy;
        Kind::Word(&["SBX001", ""]) => ELDIdentifier;
        Kind::MaybeInt(200) => NumberOfTractors NumberOfVans NumberOfReefers NumberOfFlats NumberOfStepDecks
        NumberOfTanks;
};
