//! Where carriers are: cities with a ZIP code and an area code of their own, and the states around them.
//!
//! Cities, ZIP codes and area codes are real ones (public facts of the postal service and the numbering plan), so that
//! what checks addresses and phones takes them; streets and line numbers are invented.

use crate::world::hash::Draw;

/// A city of a state.
pub(crate) struct Place {
    pub(crate) state: &'static str,
    pub(crate) city: &'static str,
    pub(crate) zip: &'static str,
    pub(crate) area: &'static str,
}

/// A state: its name, the region that packets put it in, and about where it is, in hundredths of a degree.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) region: Region,
    pub(crate) latitude: i64,
    pub(crate) longitude: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Region {
    Northeast,
    Midwest,
    South,
    West,
}

impl Place {
    /// A city of a state; the capital of nowhere does not exist, so one of any state if there is none.
    pub(crate) fn of(state: &str, draw: &mut Draw) -> &'static Self {
        let own = || PLACES.iter().filter(|place| place.state == state);
        let n = draw.below(own().count() as u32) as usize;
        own().nth(n).unwrap_or(&PLACES[0])
    }

    /// Any city.
    pub(crate) fn any(draw: &mut Draw) -> &'static Self {
        &PLACES[draw.below(PLACES.len() as u32) as usize]
    }
}

impl State {
    pub(crate) fn of(code: &str) -> &'static Self {
        STATES.iter().find(|state| state.code == code).unwrap_or(&STATES[0])
    }
}

const fn place(state: &'static str, city: &'static str, zip: &'static str, area: &'static str) -> Place {
    Place { state, city, zip, area }
}

const fn state(code: &'static str, name: &'static str, region: Region, (latitude, longitude): (i64, i64)) -> State {
    State { code, name, region, latitude, longitude }
}

use Region::{Midwest, Northeast, South, West};

pub(crate) const STATES: &[State] = &[
    state("AL", "Alabama", South, (3280, -8680)),
    state("AR", "Arkansas", South, (3490, -9240)),
    state("AZ", "Arizona", West, (3430, -11170)),
    state("CA", "California", West, (3720, -11950)),
    state("CO", "Colorado", West, (3900, -10550)),
    state("FL", "Florida", South, (2860, -8240)),
    state("GA", "Georgia", South, (3260, -8340)),
    state("IA", "Iowa", Midwest, (4200, -9350)),
    state("IL", "Illinois", Midwest, (4000, -8920)),
    state("IN", "Indiana", Midwest, (3990, -8630)),
    state("KS", "Kansas", Midwest, (3850, -9840)),
    state("KY", "Kentucky", South, (3750, -8530)),
    state("LA", "Louisiana", South, (3110, -9200)),
    state("MI", "Michigan", Midwest, (4430, -8540)),
    state("MN", "Minnesota", Midwest, (4630, -9430)),
    state("MO", "Missouri", Midwest, (3840, -9250)),
    state("MS", "Mississippi", South, (3270, -8970)),
    state("NC", "North Carolina", South, (3560, -7940)),
    state("NE", "Nebraska", Midwest, (4150, -9980)),
    state("NJ", "New Jersey", Northeast, (4020, -7470)),
    state("NM", "New Mexico", West, (3440, -10610)),
    state("NV", "Nevada", West, (3930, -11660)),
    state("NY", "New York", Northeast, (4290, -7550)),
    state("OH", "Ohio", Midwest, (4030, -8280)),
    state("OK", "Oklahoma", South, (3560, -9750)),
    state("OR", "Oregon", West, (4390, -12060)),
    state("PA", "Pennsylvania", Northeast, (4090, -7780)),
    state("SC", "South Carolina", South, (3390, -8090)),
    state("TN", "Tennessee", South, (3590, -8640)),
    state("TX", "Texas", South, (3150, -9930)),
    state("UT", "Utah", West, (3930, -11170)),
    state("VA", "Virginia", South, (3750, -7890)),
    state("WA", "Washington", West, (4740, -12040)),
    state("WI", "Wisconsin", Midwest, (4460, -8980)),
];

pub(crate) const PLACES: &[Place] = &[
    place("AL", "Birmingham", "35203", "205"),
    place("AL", "Mobile", "36602", "251"),
    place("AL", "Huntsville", "35801", "256"),
    place("AR", "Little Rock", "72201", "501"),
    place("AR", "Fort Smith", "72901", "479"),
    place("AR", "Jonesboro", "72401", "870"),
    place("AZ", "Phoenix", "85004", "602"),
    place("AZ", "Tucson", "85701", "520"),
    place("AZ", "Flagstaff", "86001", "928"),
    place("CA", "Fresno", "93721", "559"),
    place("CA", "Sacramento", "95814", "916"),
    place("CA", "Bakersfield", "93301", "661"),
    place("CA", "Ontario", "91761", "909"),
    place("CO", "Denver", "80202", "303"),
    place("CO", "Pueblo", "81003", "719"),
    place("CO", "Greeley", "80631", "970"),
    place("FL", "Jacksonville", "32202", "904"),
    place("FL", "Tampa", "33602", "813"),
    place("FL", "Ocala", "34471", "352"),
    place("GA", "Atlanta", "30303", "404"),
    place("GA", "Savannah", "31401", "912"),
    place("GA", "Macon", "31201", "478"),
    place("IA", "Des Moines", "50309", "515"),
    place("IA", "Cedar Rapids", "52401", "319"),
    place("IA", "Sioux City", "51101", "712"),
    place("IL", "Chicago", "60606", "312"),
    place("IL", "Joliet", "60432", "815"),
    place("IL", "Springfield", "62701", "217"),
    place("IN", "Indianapolis", "46204", "317"),
    place("IN", "Fort Wayne", "46802", "260"),
    place("IN", "Gary", "46402", "219"),
    place("KS", "Wichita", "67202", "316"),
    place("KS", "Salina", "67401", "785"),
    place("KS", "Dodge City", "67801", "620"),
    place("KY", "Louisville", "40202", "502"),
    place("KY", "Lexington", "40507", "859"),
    place("KY", "Bowling Green", "42101", "270"),
    place("LA", "New Orleans", "70112", "504"),
    place("LA", "Shreveport", "71101", "318"),
    place("LA", "Lafayette", "70501", "337"),
    place("MI", "Detroit", "48226", "313"),
    place("MI", "Grand Rapids", "49503", "616"),
    place("MI", "Saginaw", "48607", "989"),
    place("MN", "Minneapolis", "55401", "612"),
    place("MN", "Duluth", "55802", "218"),
    place("MN", "Rochester", "55902", "507"),
    place("MO", "Kansas City", "64106", "816"),
    place("MO", "St. Louis", "63101", "314"),
    place("MO", "Springfield", "65806", "417"),
    place("MS", "Jackson", "39201", "601"),
    place("MS", "Tupelo", "38801", "662"),
    place("NC", "Charlotte", "28202", "704"),
    place("NC", "Raleigh", "27601", "919"),
    place("NC", "Greensboro", "27401", "336"),
    place("NE", "Omaha", "68102", "402"),
    place("NE", "North Platte", "69101", "308"),
    place("NJ", "Newark", "07102", "973"),
    place("NJ", "Trenton", "08608", "609"),
    place("NJ", "Edison", "08817", "732"),
    place("NM", "Albuquerque", "87102", "505"),
    place("NM", "Las Cruces", "88001", "575"),
    place("NV", "Reno", "89501", "775"),
    place("NV", "Las Vegas", "89101", "702"),
    place("NY", "Buffalo", "14202", "716"),
    place("NY", "Albany", "12207", "518"),
    place("NY", "Syracuse", "13202", "315"),
    place("OH", "Columbus", "43215", "614"),
    place("OH", "Toledo", "43604", "419"),
    place("OH", "Akron", "44308", "330"),
    place("OK", "Tulsa", "74103", "918"),
    place("OK", "Oklahoma City", "73102", "405"),
    place("OK", "Lawton", "73501", "580"),
    place("OR", "Portland", "97204", "503"),
    place("OR", "Eugene", "97401", "541"),
    place("PA", "Harrisburg", "17101", "717"),
    place("PA", "Pittsburgh", "15222", "412"),
    place("PA", "Scranton", "18503", "570"),
    place("SC", "Columbia", "29201", "803"),
    place("SC", "Charleston", "29401", "843"),
    place("SC", "Greenville", "29601", "864"),
    place("TN", "Memphis", "38103", "901"),
    place("TN", "Nashville", "37203", "615"),
    place("TN", "Knoxville", "37902", "865"),
    place("TX", "Dallas", "75201", "214"),
    place("TX", "Houston", "77002", "713"),
    place("TX", "Laredo", "78040", "956"),
    place("TX", "Amarillo", "79101", "806"),
    place("TX", "El Paso", "79901", "915"),
    place("UT", "Salt Lake City", "84101", "801"),
    place("UT", "St. George", "84770", "435"),
    place("VA", "Richmond", "23219", "804"),
    place("VA", "Roanoke", "24011", "540"),
    place("VA", "Norfolk", "23510", "757"),
    place("WA", "Seattle", "98104", "206"),
    place("WA", "Spokane", "99201", "509"),
    place("WA", "Tacoma", "98402", "253"),
    place("WI", "Milwaukee", "53202", "414"),
    place("WI", "Green Bay", "54301", "920"),
    place("WI", "Madison", "53703", "608"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_cities_and_every_city_its_state() {
        for state in STATES {
            assert!(PLACES.iter().any(|place| place.state == state.code), "{}", state.code);
        }
        for place in PLACES {
            assert_eq!(State::of(place.state).code, place.state, "{}", place.city);
            assert!(place.zip.len() == 5 && place.area.len() == 3, "{}", place.city);
        }
    }
}
