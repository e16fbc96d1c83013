//! The parts of `CarrierDetails` that come from the federal registers as lists of counts and yes-or-no.

use crate::vendor::model::table::{Kind, Table, table};

pub(super) const AUTHORITY: Table = table! {
    Kind::Date(5000) => authGrantDate;
    Kind::Word(&["Active", "Active", "Active", "Inactive", "None"]) => commonAuthority;
    Kind::Yes(4) => commonAuthorityPending commonAuthorityRevocation;
    Kind::Word(&["Active", "Active", "Inactive", "None", "None"]) => contractAuthority;
    Kind::Yes(4) => contractAuthorityPending contractAuthorityRevocation;
    Kind::Word(&["None", "None", "None", "Active", "Inactive"]) => brokerAuthority;
    Kind::Yes(2) => brokerAuthorityPending brokerAuthorityRevocation;
    Kind::Yes(250) => freight;
    Kind::Yes(2) => passenger;
    Kind::Yes(12) => householdGoods;
    Kind::Yes(9) => private enterprise;
};

pub(super) const INSPECTION: Table = table! {
    Kind::Count(1500) => inspectVehUS;
    Kind::Count(200) => inspectVehOOSUS;
    Kind::Percent => inspectVehOOSPctUS;
    Kind::Count(2500) => inspectDrvUS;
    Kind::Count(120) => inspectDrvOOSUS;
    Kind::Percent => inspectDrvOOSPctUS;
    Kind::Count(40) => inspectHazUS;
    Kind::Count(4) => inspectHazOOSUS;
    Kind::Percent => inspectHazOOSPctUS;
    Kind::Count(9) => inspectIEPUS inspectIEPOOSUS;
    Kind::Percent => inspectIEPOOSPctUS;
    Kind::Count(9) => inspectTotalIEPUS;
    Kind::Count(3000) => inspectTotalUS;
    Kind::Count(30) => inspectVehCAN inspectVehOOSCAN;
    Kind::Percent => inspectVehOOSPctCAN;
    Kind::Count(30) => inspectDrvCAN inspectDrvOOSCAN;
    Kind::Percent => inspectDrvOOSPctCAN;
    Kind::Count(40) => inspectTotalCAN;
};

pub(super) const CRASH: Table = table! {
    Kind::Count(3) => crashFatalUS;
    Kind::Count(12) => crashInjuryUS;
    Kind::Count(40) => crashTowUS crashTotalUS;
    Kind::Count(2) => crashFatalCAN crashInjuryCAN crashTowCAN crashTotalCAN;
};

pub(super) const REVIEW: Table = table! {
    Kind::Word(&["Compliance Review", "Non-Ratable", "Focused", ""]) => reviewType;
    Kind::Date(3000) => reviewDate;
    Kind::Count(999_999) => reviewDocNum;
    Kind::Count(9_000_000) => reviewMiles;
    Kind::Date(700) => mcs150Date;
    Kind::Word(&["2023", "2024", "2025"]) => mcs150MileYear;
    Kind::Word(&["10150000", "1,250,000", "98000", "0", ""]) => mcs150Miles;
    Kind::Word(&["0.000", "0.412", "1.207", ""]) => accidentRate;
    Kind::Word(&["0.000", "0.205", ""]) => accidentRatePrevent;
};

pub(super) const OPERATION: Table = table! {
    Kind::Date(9000) => dotAddDate;
    Kind::Word(&["Interstate", "Interstate", "Intrastate Hazmat", "Intrastate Non-Hazmat"]) => carrierOperation;
    Kind::Word(&["", "Interstate", "Intrastate"]) => shipperOperation;
    Kind::Empty => mxOperationType mxRFCNumber;
    Kind::Yes(5) => outOfService;
    Kind::Word(&["0000-00-00", "0000-00-00", "0000-00-00", "2025-11-04"]) => outOfServiceDate;
    Kind::Empty => outOfServiceReason;
    Kind::Yes(252) => entityCarrier;
    Kind::Yes(20) => entityShipper entityBroker entityFreightFowarder entityCargoTank;
    Kind::Yes(240) => classAuthForHire;
    Kind::Yes(6) => classMigrant classIndianNation classExemptForHire classUSMail classPrivateProperty
        classFederalGovernment classPrivPassBusiness classStateGovernment classPrivPassNonBusiness
        classLocalGovernment;
    Kind::Empty => classOther;
    Kind::Word(&["AUTHORIZED FOR Property", "AUTHORIZED FOR Property", "NOT AUTHORIZED", "OUT OF SERVICE"])
        => operatingStatus;
};

pub(super) const CARGO: Table = table! {
    Kind::Yes(12) => hazmatIndicator;
    Kind::Yes(200) => cargoGenFreight;
    Kind::Yes(12) => cargoHousehold cargoMetal cargoMotorVeh cargoDriveTow cargoLogPole;
    Kind::Yes(60) => cargoBldgMaterial cargoMobileHome cargoMachLarge cargoProduce;
    Kind::Yes(12) => cargoLiqGas cargoIntermodal cargoPassengers cargoOilfield cargoLivestock cargoGrainfeed
        cargoCoalcoke;
    Kind::Yes(60) => cargoMeat cargoGarbage cargoUSMail cargoChemicals cargoDryBulk cargoRefrigerated
        cargoBeverages cargoPaperProd;
    Kind::Yes(12) => cargoUtilities cargoFarmSupplies cargoConstruction cargoWaterwell cargoOther;
    Kind::Word(&["", "", "", "SAMPLE GOODS"]) => cargoOtherDesc;
};

pub(super) const DRIVERS: Table = table! {
    Kind::Count(1300) => driversTotal;
    Kind::Count(20) => driversAvgLeased;
    Kind::Count(1300) => driversCDL driversInter;
    Kind::Count(90) => driversInterLT100 driversInterGT100 driversIntra driversIntraLT100 driversIntraGT100;
};

pub(super) const EQUIPMENT: Table = table! {
    Kind::Count(1200) => trucksTotal totalPower;
    Kind::Word(&["A", "B", "C", "D", "E", "F"]) => fleetsize;
    Kind::Count(150) => trucksOwned trucksTerm trucksTrip;
    Kind::Count(2500) => trailersOwned trailersTerm trailersTrip;
    Kind::Count(900) => tractorsOwned tractorsTerm tractorsTrip;
};

pub(super) const OTHER: Table = table! {
    Kind::Yes(30) => carbTru smartway;
    Kind::Word(&["0", "0", "0", "1", "4", "N"]) => watchdogReports;
};

pub(super) const SAFETY: Table = table! {
    Kind::Word(&["Satisfactory", "Satisfactory", "SATISFACTORY", "None", "Conditional", "Unsatisfactory", ""]) => rating;
    Kind::Date(4000) => ratingDate;
    Kind::Percent => unsafeDrvPCT;
    Kind::Yes(20) => unsafeDrvOT unsafeDrvSV unsafeDrvAlert;
    Kind::Trend => unsafeDrvTrend;
    Kind::Int(60) => unsafeDrvCNT;
    Kind::Percent => hosPCT;
    Kind::Yes(20) => hosOT hosSV hosAlert;
    Kind::Trend => hosTrend;
    Kind::Int(60) => hosCNT;
    Kind::Percent => drvFitPCT;
    Kind::Yes(10) => drvFitOT drvFitSV drvFitAlert;
    Kind::Trend => drvFitTrend;
    Kind::Int(20) => drvFitCNT;
    Kind::Percent => controlSubPCT;
    Kind::Yes(3) => controlSubOT controlSubSV controlSubAlert;
    Kind::Trend => controlSubTrend;
    Kind::Int(5) => controlSubCNT;
    Kind::Percent => vehMaintPCT;
    Kind::Yes(40) => vehMaintOT vehMaintSV vehMaintAlert;
    Kind::Trend => vehMaintTrend;
    Kind::Int(200) => vehMaintCNT;
    Kind::Percent => hazMatPCT;
    Kind::Yes(3) => hazMatOT hazMatSV hazMatAlert;
    Kind::Trend => hazMatTrend;
    Kind::Int(9) => hazMatCNT;
};
