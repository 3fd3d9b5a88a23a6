//! What the sample company is made of. All people are invented; their addresses are of example.com, which is nobody's.

pub const FIRST_NAMES: &[&str] = &[
    "Aarav", "Adaeze", "Aiko", "Alejandra", "Amara", "Anders", "Aoife", "Beatriz", "Bogdan", "Camille", "Carlos", "Chidi",
    "Clara", "Dalia", "Daniel", "Dmitri", "Elif", "Emeka", "Emma", "Esra", "Fatima", "Felix", "Freya", "Gabriel", "Giulia",
    "Grace", "Hana", "Haruto", "Helena", "Hugo", "Ibrahim", "Ingrid", "Isabella", "Ivan", "Jade", "Jamal", "Jasmine",
    "Jin", "João", "Jonas", "Julia", "Kaito", "Karim", "Kasia", "Kwame", "Laila", "Lars", "Leila", "Leo", "Liam", "Lin",
    "Lucía", "Maja", "Malik", "Marco", "Maria", "Mateo", "Mei", "Milan", "Minh", "Mirela", "Nadia", "Naomi", "Nikhil",
    "Nina", "Noah", "Nuria", "Oliver", "Olu", "Omar", "Paula", "Pedro", "Petra", "Priya", "Quang", "Rafael", "Rania",
    "Ravi", "Rosa", "Ruth", "Samira", "Santiago", "Saoirse", "Sara", "Sibusiso", "Sofia", "Søren", "Stella", "Tamar",
    "Tariq", "Thandiwe", "Theo", "Tomás", "Uma", "Valentina", "Viktor", "Wanjiru", "Wei", "Yara", "Yusuf", "Zanele", "Zoë",
];

pub const LAST_NAMES: &[&str] = &[
    "Abebe", "Adeyemi", "Agarwal", "Almeida", "Andersson", "Aziz", "Bakker", "Banerjee", "Barbosa", "Bauer", "Bellini",
    "Bergström", "Boateng", "Bondarenko", "Castro", "Chen", "Cohen", "Costa", "Dang", "Delacroix", "Demir", "Diallo",
    "Dimitrov", "Dlamini", "Eriksen", "Fernandes", "Fischer", "Fontaine", "Fujimoto", "Garcia", "Georgiou", "Gupta",
    "Haddad", "Hansen", "Hernández", "Hoang", "Horvat", "Hussain", "Ito", "Ivanova", "Jankowski", "Jensen", "Kamau",
    "Kapoor", "Kaya", "Khan", "Kim", "Kovács", "Kowalska", "Kruger", "Larsen", "Leclerc", "Lee", "Lindqvist", "Lopez",
    "Mahlangu", "Marino", "Mbeki", "Mehta", "Mendes", "Moreau", "Müller", "Murphy", "Mwangi", "Nakamura", "Nascimento",
    "Ndiaye", "Nguyen", "Novak", "O'Brien", "Okafor", "Okonkwo", "Olsen", "Oliveira", "Osei", "Park", "Patel", "Pereira",
    "Petrova", "Popescu", "Ramírez", "Rossi", "Saito", "Santos", "Sato", "Schmidt", "Shah", "Silva", "Singh", "Sokolov",
    "Svensson", "Takahashi", "Tanaka", "Torres", "Tran", "Vargas", "Virtanen", "Visser", "Weber", "Wójcik", "Yamamoto",
    "Yılmaz", "Zhang", "Zimmermann",
];

pub const COMPANIES: &[&str] = &[
    "Alderfield Bank", "Bluefin Logistics", "Brightwater Labs", "Cobalt & Pine", "Fernhill Games", "Harbour Analytics",
    "Kestrel Mobility", "Lantern Health", "Larkspur Media", "Mosaic Payments", "Northwind Robotics", "Papaya Travel",
    "Quillstone", "Redwood Energy", "Saffron Foods", "Tidewater Insurance", "Umbra Security", "Verdant Farms",
];

pub const CITIES: &[&str] = &[
    "Amsterdam, Netherlands", "Berlin, Germany", "Buenos Aires, Argentina", "Dublin, Ireland", "Ho Chi Minh City, Vietnam",
    "Istanbul, Türkiye", "Kraków, Poland", "Lagos, Nigeria", "Lisbon, Portugal", "London, United Kingdom",
    "Mexico City, Mexico", "Mumbai, India", "Nairobi, Kenya", "Osaka, Japan", "São Paulo, Brazil", "Seoul, South Korea",
    "Singapore", "Stockholm, Sweden", "Toronto, Canada", "Warsaw, Poland",
];

pub const LANGUAGES: &[&str] = &["English", "Dutch", "German", "Polish", "Portuguese", "Spanish", "Mandarin"];

pub const PERMITS: &[&str] = &["Citizen or permanent", "Has a permit", "Needs sponsorship"];

pub const TAGS: &[&str] = &[
    "silver medalist", "referral", "meetup 2026", "remote", "relocation", "returning", "open source", "speaks Dutch",
];

pub const NOTES: &[&str] = &[
    "Friendly first call. Wants to move on from a large team to one where things get shipped.",
    "Asked good questions about how we plan, and about on-call.",
    "Salary expectations are at the top of the band; worth it if the on-site holds up.",
    "Prefers mornings for interviews because of the time difference.",
    "Has another process that ends next week, so let us be quick.",
    "Strong portfolio. The case about the warehouse scanners is close to what we do.",
    "Could start in two months; notice period is fixed.",
    "Would rather stay remote, but can be in the office a week per quarter.",
    "Met at the spring meetup and kept in touch since.",
    "Not sure about seniority yet. Let the panel focus on ownership.",
];

pub const REJECTIONS: &[&str] = &[
    "Good conversation, but less depth in the core area than the role needs.",
    "The exercise was left half done; we had hoped for more on testing.",
    "Would be a fine fit for a junior role once one opens.",
    "Chose somebody else after the final round. Stay in touch.",
    "No reply to three messages.",
];

pub const TAKE_AWAYS: &[&str] = &[
    "Explains trade-offs clearly and changes their mind when given a reason.",
    "Knows the tools well; the design part stayed on the surface.",
    "Calm, precise, kind. I would like to work with them.",
    "Struggled to give concrete examples of their own part in the project.",
    "Excellent on data modelling, a little rusty on concurrency.",
];

/// A job of the sample company.
pub struct Role {
    pub name: &'static str,
    pub department: &'static str,
    pub office: &'static str,
    pub level: &'static str,
    pub openings: usize,
    /// Candidates apply in these proportions.
    pub weight: usize,
    pub titles: &'static [&'static str],
    pub about: &'static str,
}

pub const ROLES: &[Role] = &[
    Role {
        name: "Senior Backend Engineer",
        department: "Platform",
        office: "Amsterdam",
        level: "Senior",
        openings: 3,
        weight: 14,
        titles: &["Backend Engineer", "Software Engineer", "Senior Developer"],
        about: "You own services that move a million parcels a day, from the first sketch to the pager.",
    },
    Role {
        name: "Data Engineer",
        department: "Data",
        office: "Warsaw",
        level: "Mid",
        openings: 2,
        weight: 11,
        titles: &["Data Engineer", "Analytics Engineer", "Data Analyst"],
        about: "You build the pipelines on which every forecast of ours stands.",
    },
    Role {
        name: "Frontend Engineer",
        department: "Product Engineering",
        office: "Lisbon",
        level: "Mid",
        openings: 3,
        weight: 13,
        titles: &["Frontend Engineer", "Web Developer", "UI Engineer"],
        about: "You make the tools that dispatchers look at for eight hours a day pleasant to look at.",
    },
    Role {
        name: "Site Reliability Engineer",
        department: "Platform",
        office: "Toronto",
        level: "Senior",
        openings: 2,
        weight: 7,
        titles: &["Systems Engineer", "DevOps Engineer", "SRE"],
        about: "You keep us up, and leave every system a little simpler than you found it.",
    },
    Role {
        name: "Product Designer",
        department: "Design",
        office: "Amsterdam",
        level: "Mid",
        openings: 2,
        weight: 12,
        titles: &["Product Designer", "UX Designer", "Interaction Designer"],
        about: "You find out what drivers and dispatchers need, and draw it.",
    },
    Role {
        name: "Product Manager, Growth",
        department: "Product",
        office: "Singapore",
        level: "Senior",
        openings: 1,
        weight: 8,
        titles: &["Product Manager", "Growth Lead", "Business Analyst"],
        about: "You bring new shippers to their first delivery in a day instead of a week.",
    },
    Role {
        name: "Account Executive, DACH",
        department: "Sales",
        office: "Amsterdam",
        level: "Mid",
        openings: 4,
        weight: 10,
        titles: &["Account Executive", "Sales Manager", "Account Manager"],
        about: "You win retailers in three countries, in German.",
    },
    Role {
        name: "Customer Success Manager",
        department: "Customer Success",
        office: "São Paulo",
        level: "Mid",
        openings: 3,
        weight: 10,
        titles: &["Customer Success Manager", "Support Lead", "Consultant"],
        about: "You are the reason that customers stay.",
    },
    Role {
        name: "Marketing Lead",
        department: "Marketing",
        office: "Lisbon",
        level: "Lead",
        openings: 1,
        weight: 6,
        titles: &["Marketing Manager", "Brand Manager", "Content Lead"],
        about: "You tell our story, and measure who listens.",
    },
    Role {
        name: "Talent Partner",
        department: "People",
        office: "Amsterdam",
        level: "Mid",
        openings: 1,
        weight: 5,
        titles: &["Recruiter", "Talent Partner", "People Partner"],
        about: "You fill this very list.",
    },
    Role {
        name: "Finance Analyst",
        department: "Finance",
        office: "Toronto",
        level: "Junior",
        openings: 1,
        weight: 4,
        titles: &["Accountant", "Finance Analyst", "Auditor"],
        about: "You know where every cent is before anybody asks.",
    },
    Role {
        name: "Head of Security",
        department: "Engineering",
        office: "Amsterdam",
        level: "Head",
        openings: 1,
        weight: 0,
        titles: &["Security Engineer"],
        about: "You build a security team, and a company that hardly needs it.",
    },
];
